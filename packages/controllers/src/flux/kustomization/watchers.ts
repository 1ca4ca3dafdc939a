import { refKey, type ObjectRef, type VersionedRef } from '@capstan/object';

/** Which Kustomizations wait for which sources and for which other Kustomizations, so that a change of one wakes them. */
export class Watchers {
  readonly #by = new Map<string, Map<string, VersionedRef>>();
  readonly #of = new Map<string, readonly string[]>();

  set(ref: VersionedRef, source: ObjectRef, dependencies: readonly ObjectRef[]): void {
    this.drop(ref);
    const keys = [source, ...dependencies].map(refKey);
    this.#of.set(refKey(ref), keys);
    for (const key of keys) {
      const waiting = this.#by.get(key) ?? new Map<string, VersionedRef>();
      waiting.set(refKey(ref), ref);
      this.#by.set(key, waiting);
    }
  }

  drop(ref: ObjectRef): void {
    const own = refKey(ref);
    for (const key of this.#of.get(own) ?? []) {
      const waiting = this.#by.get(key);
      waiting?.delete(own);
      if (waiting?.size === 0) this.#by.delete(key);
    }
    this.#of.delete(own);
  }

  /** Who waits for an object. */
  waitingFor(ref: ObjectRef): Iterable<VersionedRef> {
    return this.#by.get(refKey(ref))?.values() ?? [];
  }
}
