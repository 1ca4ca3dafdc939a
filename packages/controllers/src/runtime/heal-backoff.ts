import { refKey, type ObjectRef } from '@capstan/object';

/** Healing an object again and again waits 2 s × 3ⁿ, at most 300 s (DESIGN, keystone 5). */
const BASE_MS = 2_000;
const FACTOR = 3;
const MAX_MS = 300_000;
/** From the so-manieth heal on somebody is working against us. */
const CONTESTED_AT = 3;
/** An object left alone for so long starts anew. */
const QUIET_MS = 2 * MAX_MS;
const MAX_OBJECTS = 50_000;

interface Record {
  readonly heals: number;
  readonly last: number;
}

/** Whether an object may be healed now. */
export type HealTurn =
  { readonly kind: 'now' } | { readonly kind: 'later'; readonly afterMs: number; readonly contested: boolean };

/** Slows down the healing of objects that somebody keeps changing back. The first heal is at once. */
export class HealBackoff {
  readonly #records = new Map<string, Record>();

  turn(ref: ObjectRef, now: number): HealTurn {
    const record = this.#records.get(refKey(ref));
    if (record === undefined || now - record.last > QUIET_MS) return { kind: 'now' };
    const due = record.last + Math.min(BASE_MS * FACTOR ** (record.heals - 1), MAX_MS);
    return now >= due
      ? { kind: 'now' }
      : { kind: 'later', afterMs: due - now, contested: record.heals >= CONTESTED_AT };
  }

  healed(ref: ObjectRef, now: number): void {
    const key = refKey(ref);
    const before = this.#records.get(key);
    const heals = before === undefined || now - before.last > QUIET_MS ? 1 : before.heals + 1;
    this.#records.delete(key);
    this.#records.set(key, { heals, last: now });
    if (this.#records.size <= MAX_OBJECTS) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }

  /** A field that is changed back each time: how often it was healed, and whether that is contested. */
  contested(ref: ObjectRef): boolean {
    return (this.#records.get(refKey(ref))?.heals ?? 0) >= CONTESTED_AT;
  }
}
