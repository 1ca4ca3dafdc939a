import { refKey, type GroupKind, type ObjectRef } from '@capstan/object';
import type { KindHold, WatchCache } from '@capstan/kube';

/**
 * Which resources care about which live objects of one cluster. A resource says what it renders and what it has in its
 * inventory; the kinds of these are watched while somebody cares, and a change of one of the objects wakes the resource.
 */
export class Interests {
  readonly #cache: WatchCache;
  readonly #owners = new Map<string, Set<string>>();
  readonly #refs = new Map<string, ReadonlySet<string>>();
  readonly #kinds = new Map<string, ReadonlyMap<string, KindHold>>();

  constructor(cache: WatchCache) {
    this.#cache = cache;
  }

  /** Replaces what `owner` cares about. Resolves when the first list of every kind is in. */
  async set(owner: string, refs: readonly ObjectRef[]): Promise<void> {
    const before = this.#refs.get(owner) ?? new Set<string>();
    const after = new Set(refs.map(refKey));
    for (const key of before) if (!after.has(key)) this.#remove(key, owner);
    for (const key of after) if (!before.has(key)) this.#add(key, owner);
    this.#refs.set(owner, after);
    await this.#hold(owner, refs);
  }

  /** Forgets `owner` and stops watching kinds that nobody else cares about. */
  drop(owner: string): void {
    for (const key of this.#refs.get(owner) ?? []) this.#remove(key, owner);
    this.#refs.delete(owner);
    for (const hold of this.#kinds.get(owner)?.values() ?? []) hold.release();
    this.#kinds.delete(owner);
  }

  /** Who cares about an object. */
  ownersOf(ref: ObjectRef): ReadonlySet<string> {
    return this.#owners.get(refKey(ref)) ?? nobody;
  }

  async #hold(owner: string, refs: readonly ObjectRef[]): Promise<void> {
    const before = this.#kinds.get(owner) ?? new Map<string, KindHold>();
    const after = new Map<string, KindHold>();
    for (const ref of refs) {
      const key = kindKey(ref);
      if (!after.has(key)) after.set(key, before.get(key) ?? this.#cache.hold({ group: ref.group, kind: ref.kind }));
    }
    this.#kinds.set(owner, after);
    for (const [key, hold] of before) if (!after.has(key)) hold.release();
    await Promise.all([...after.values()].map((hold) => hold.synced));
  }

  #add(key: string, owner: string): void {
    const owners = this.#owners.get(key);
    if (owners === undefined) this.#owners.set(key, new Set([owner]));
    else owners.add(owner);
  }

  #remove(key: string, owner: string): void {
    const owners = this.#owners.get(key);
    owners?.delete(owner);
    if (owners?.size === 0) this.#owners.delete(key);
  }
}

const nobody: ReadonlySet<string> = new Set();

function kindKey(kind: GroupKind): string {
  return `${kind.group}/${kind.kind}`;
}
