import { refKey, type GroupKind, type ObjectRef, type VersionedRef } from '@capstan/object';

/** Which resources wait for which others (a Kustomization for its source and dependencies), so that a change wakes them. */
export class Watchers {
  readonly #by = new Map<string, Map<string, VersionedRef>>();
  readonly #of = new Map<string, readonly string[]>();
  readonly #unserved = new Map<string, { readonly ref: VersionedRef; readonly kinds: readonly GroupKind[] }>();

  set(ref: VersionedRef, waitedFor: readonly ObjectRef[]): void {
    this.#forget(refKey(ref));
    const keys = waitedFor.map(refKey);
    this.#of.set(refKey(ref), keys);
    for (const key of keys) {
      const waiting = this.#by.get(key) ?? new Map<string, VersionedRef>();
      waiting.set(refKey(ref), ref);
      this.#by.set(key, waiting);
    }
  }

  /** Notes which kinds a Kustomization cares about that the cluster does not serve yet. */
  awaitKinds(ref: VersionedRef, kinds: readonly GroupKind[]): void {
    if (kinds.length === 0) this.#unserved.delete(refKey(ref));
    else this.#unserved.set(refKey(ref), { ref, kinds });
  }

  /** Those who wait for a kind that is served now. */
  servedNow(isServed: (kind: GroupKind) => boolean): readonly VersionedRef[] {
    return [...this.#unserved.values()].filter(({ kinds }) => kinds.some(isServed)).map(({ ref }) => ref);
  }

  drop(ref: ObjectRef): void {
    this.#unserved.delete(refKey(ref));
    this.#forget(refKey(ref));
  }

  #forget(own: string): void {
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
