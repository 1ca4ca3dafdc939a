/** Keys ready to run, each once; groups take turns, keys of a group in the order they came. */
export interface FairKeys {
  /** Adds a key; false where it is there already. `at` is when, for `oldest`. One that is urgent goes before all others. */
  push(key: string, at: number, isUrgent?: boolean): boolean;
  /** Takes the next key of the group whose turn it is. */
  shift(): string | undefined;
  delete(key: string): void;
  has(key: string): boolean;
  /** When the key that has waited longest was added. */
  oldest(): number | undefined;
  readonly size: number;
}

/** Makes the collection. */
export function fairKeys(groupOf: (key: string) => string): FairKeys {
  // Insertion order of the outer map is the round; that of an inner one, the order within a group.
  const groups = new Map<string, Set<string>>();
  // Insertion order is by time, so the first is the oldest.
  const since = new Map<string, number>();
  const urgent = new Set<string>();
  return {
    push: (key, at, isUrgent = false) => {
      if (since.has(key)) return false;
      since.set(key, at);
      if (isUrgent) {
        urgent.add(key);
        return true;
      }
      const group = groupOf(key);
      const keys = groups.get(group);
      if (keys === undefined) groups.set(group, new Set([key]));
      else keys.add(key);
      return true;
    },
    shift: () => {
      for (const key of urgent) {
        urgent.delete(key);
        since.delete(key);
        return key;
      }
      for (const [group, keys] of groups) {
        groups.delete(group);
        const [key] = keys;
        if (key === undefined) continue;
        keys.delete(key);
        if (keys.size > 0) groups.set(group, keys);
        since.delete(key);
        return key;
      }
      return undefined;
    },
    delete: (key) => {
      if (!since.delete(key) || urgent.delete(key)) return;
      const group = groupOf(key);
      const keys = groups.get(group);
      keys?.delete(key);
      if (keys?.size === 0) groups.delete(group);
    },
    has: (key) => since.has(key),
    oldest: () => {
      for (const at of since.values()) return at;
      return undefined;
    },
    get size() {
      return since.size;
    },
  };
}
