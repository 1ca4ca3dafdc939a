/** Holds things of a size within a budget: the ones used least recently go first. */
export interface ByteBudget<Item> {
  /** Takes an item in, or notes its new size and that it was used. Returns what has to go for it. */
  put(item: Item, bytes: number): readonly Item[];
  /** Notes that an item was used. */
  touch(item: Item): void;
  remove(item: Item): void;
  readonly bytes: number;
}

/** Makes a budget of `limit` bytes. */
export function byteBudget<Item>(limit: number): ByteBudget<Item> {
  // Insertion order is order of use.
  const sizes = new Map<Item, number>();
  let total = 0;
  const remove = (item: Item): void => {
    total -= sizes.get(item) ?? 0;
    sizes.delete(item);
  };
  return {
    put: (item, bytes) => {
      remove(item);
      sizes.set(item, bytes);
      total += bytes;
      const gone: Item[] = [];
      for (const [oldest] of sizes) {
        if (total <= limit) break;
        remove(oldest);
        gone.push(oldest);
      }
      return gone;
    },
    touch: (item) => {
      const bytes = sizes.get(item);
      if (bytes === undefined) return;
      sizes.delete(item);
      sizes.set(item, bytes);
    },
    remove,
    get bytes() {
      return total;
    },
  };
}
