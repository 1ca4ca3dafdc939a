import type { KubernetesObject } from '@capstan/object';
import type { StoredObject } from './stored-object.ts';
import type { IndexFunction } from './watch-cache.ts';

/** The indexes of a cache, over all its kinds. */
export interface ObjectIndexes {
  /** The index entries of an object: index and key in turn. */
  keysOf(object: KubernetesObject): readonly string[];
  add(stored: StoredObject): void;
  remove(stored: StoredObject): void;
  /** From now on an index has the keys of another function; nothing is found by it that is not added anew. */
  replace(index: string, keysOf: IndexFunction): void;
  /** Throws for an index that was not registered: a mistake in the program. */
  find(index: string, key: string): Iterable<StoredObject>;
}

/** Makes the indexes. */
export function objectIndexes(functions: Readonly<Record<string, IndexFunction>>): ObjectIndexes {
  const current: Record<string, IndexFunction> = { ...functions };
  const names = Object.keys(functions);
  const indexes = new Map(names.map((name) => [name, new Map<string, Set<StoredObject>>()] as const));
  const each = (stored: StoredObject, visit: (keys: Map<string, Set<StoredObject>>, key: string) => void): void => {
    for (let at = 0; at + 1 < stored.indexed.length; at += 2) {
      const keys = indexes.get(stored.indexed[at] ?? '');
      if (keys !== undefined) visit(keys, stored.indexed[at + 1] ?? '');
    }
  };
  return {
    keysOf: (object) => {
      const found: string[] = [];
      for (const name of names) for (const key of current[name]?.(object) ?? []) found.push(name, key);
      return found.length === 0 ? NONE : found;
    },
    add: (stored) =>
      each(stored, (keys, key) => {
        const set = keys.get(key);
        if (set === undefined) keys.set(key, new Set([stored]));
        else set.add(stored);
      }),
    remove: (stored) =>
      each(stored, (keys, key) => {
        const set = keys.get(key);
        set?.delete(stored);
        if (set?.size === 0) keys.delete(key);
      }),
    replace: (index, keysOf) => {
      const keys = indexes.get(index);
      if (keys === undefined) throw new TypeError(`the cache has no index ${index}`);
      keys.clear();
      current[index] = keysOf;
    },
    find: (index, key) => {
      const keys = indexes.get(index);
      if (keys === undefined) throw new TypeError(`the cache has no index ${index}`);
      return keys.get(key) ?? [];
    },
  };
}

const NONE: readonly string[] = [];
