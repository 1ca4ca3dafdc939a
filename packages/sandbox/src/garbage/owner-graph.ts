import type { KubernetesObject } from '@capstan/object';
import { metaText, ownersOf } from '../registry/metadata.ts';
import type { Change, Stored } from '../store/collection.ts';
import type { Store } from '../store/store.ts';

/** Where an object is kept. */
export interface Place {
  readonly collection: string;
  readonly key: string;
}

/** Who exists, by uid, and who is owned by whom. Kept in step with the store within each write. */
export class OwnerGraph {
  readonly #places = new Map<string, Place>();
  readonly #dependents = new Map<string, Set<string>>();

  constructor(store: Store) {
    for (const [collection, stored] of store.everything()) this.#enter(collection, stored);
    store.observe((change) => this.#follow(change));
  }

  /** Where the object with a uid is kept; undefined when there is none. */
  place(uid: string): Place | undefined {
    return this.#places.get(uid);
  }

  /** The uids of the objects that name `uid` as their owner. */
  dependents(uid: string): readonly string[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  #follow(change: Change): void {
    if (change.previous !== undefined) this.#leave(change.previous.object);
    if (change.type !== 'DELETED') this.#enter(change.collection, change.current);
  }

  #enter(collection: string, stored: Stored): void {
    const uid = metaText(stored.object, 'uid');
    this.#places.set(uid, { collection, key: stored.key });
    for (const owner of ownersOf(stored.object)) {
      const dependents = this.#dependents.get(owner.uid) ?? new Set();
      this.#dependents.set(owner.uid, dependents);
      dependents.add(uid);
    }
  }

  #leave(object: KubernetesObject): void {
    const uid = metaText(object, 'uid');
    this.#places.delete(uid);
    for (const owner of ownersOf(object)) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}
