import type { KubernetesObject } from '@capstan/object';

/** The key under which `encoded` keeps the JSON of the stored form itself. */
export const STORED_FORM = '';

/** One version of an object, as the store holds it. `encoded` keeps its JSON per apiVersion, until it is replaced. */
export interface Stored {
  readonly key: string;
  readonly revision: number;
  readonly object: KubernetesObject;
  readonly encoded: Map<string, string>;
}

/** A committed change. A deletion's `current` is the last state with the revision of the deletion. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly revision: number;
  readonly current: Stored;
  readonly previous: Stored | undefined;
}

/** Changes of a collection that became durable together, oldest first. */
export interface Batch {
  readonly changes: readonly Change[];
  /** What was made of the batch for watches, by format and scope; so that a hundred watchers cost one encoding. */
  readonly encoded: Map<string, Buffer>;
}

/** How many changes of a resource a watch can go back; older starts are answered 410. */
const HISTORY_LIMIT = 2048;

/** Key of an object within its collection. */
export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** All objects of one resource, sorted by key, with its recent changes. */
export class Collection {
  readonly id: string;
  readonly #objects = new Map<string, Stored>();
  #keys: string[] = [];
  #keysDirty = false;
  #history: Change[] = [];
  #historyFrom: number;

  /** `historyFrom`: changes after this revision are known. */
  constructor(id: string, historyFrom: number) {
    this.id = id;
    this.#historyFrom = historyFrom;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): Stored | undefined {
    return this.#objects.get(key);
  }

  /** The revision after which every change is still known. */
  get historyFrom(): number {
    return this.#historyFrom;
  }

  /** Applies a change and remembers it. */
  commit(change: Change): void {
    const { key } = change.current;
    if (change.type === 'DELETED') {
      this.#objects.delete(key);
      this.#keysDirty = true;
    } else {
      if (!this.#objects.has(key)) {
        const last = this.#keys.at(-1);
        if (!this.#keysDirty && (last === undefined || last < key)) this.#keys.push(key);
        else this.#keysDirty = true;
      }
      this.#objects.set(key, change.current);
    }
    this.#history.push(change);
    if (this.#history.length >= HISTORY_LIMIT * 2) this.#dropHistory(HISTORY_LIMIT);
  }

  /** Puts an object of a snapshot in place, which is no change. */
  restore(stored: Stored): void {
    this.#objects.set(stored.key, stored);
    this.#keysDirty = true;
  }

  /** Forgets changes up to `revision`, as etcd's compaction does. */
  compact(revision: number): void {
    this.#history = this.#history.filter((change) => change.revision > revision);
    this.#historyFrom = Math.max(this.#historyFrom, revision);
  }

  /** The known changes after `revision`, oldest first; undefined when some of them are forgotten. */
  changesAfter(revision: number): readonly Change[] | undefined {
    if (revision < this.#historyFrom) return undefined;
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return this.#history.slice(low);
  }

  /** The objects in key order, of one namespace when given, as they are now. */
  list(namespace?: string): readonly Stored[] {
    const keys = this.#sortedKeys();
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    const found: Stored[] = [];
    for (let at = lowerBound(keys, prefix); at < keys.length; at++) {
      const key = keys[at];
      if (key === undefined || !key.startsWith(prefix)) break;
      const stored = this.#objects.get(key);
      if (stored !== undefined) found.push(stored);
    }
    return found;
  }

  /** The objects as they were at `revision`; undefined when the changes since are forgotten. */
  listAt(revision: number, namespace?: string): readonly Stored[] | undefined {
    const changes = this.changesAfter(revision);
    if (changes === undefined) return undefined;
    if (changes.length === 0) return this.list(namespace);
    const objects = new Map(this.list(namespace).map((stored) => [stored.key, stored]));
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    for (const change of changes.toReversed()) {
      if (!change.current.key.startsWith(prefix)) continue;
      if (change.previous === undefined) objects.delete(change.current.key);
      else objects.set(change.current.key, change.previous);
    }
    return [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  #sortedKeys(): readonly string[] {
    if (this.#keysDirty) {
      this.#keys = [...this.#objects.keys()].sort();
      this.#keysDirty = false;
    }
    return this.#keys;
  }

  #dropHistory(keep: number): void {
    const dropped = this.#history.length - keep;
    this.#historyFrom = Math.max(this.#historyFrom, this.#history[dropped - 1]?.revision ?? 0);
    this.#history = this.#history.slice(dropped);
  }
}

function lowerBound(keys: readonly string[], prefix: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
