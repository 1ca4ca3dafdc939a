/** Chance that a seed decides, so that every case can be made again. */
export class Random {
  #state: number;
  /** How often what would most likely fail is made: 0 for a case that is to be built, more for a wild one. */
  wildness = 1;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True as often as `share` of all times. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Like `chance`, for what would most likely make the case fail. */
  slip(share: number): boolean {
    return this.chance(share * this.wildness);
  }

  /** One of several. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** From `least` to `most` things, each made anew. */
  list<Item>(least: number, most: number, make: (index: number) => Item): Item[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index));
  }

  /** Some of several, in their order. */
  some<Item>(items: readonly Item[], share: number): Item[] {
    return items.filter(() => this.chance(share));
  }

  /** What `make` makes, as often as `share` of all times. */
  maybe<Made>(share: number, make: () => Made): Made | undefined {
    return this.chance(share) ? make() : undefined;
  }
}

/** The seed of the case with this number: neighbours have nothing in common. */
export function caseSeed(seed: number, index: number): number {
  return (Math.imul(seed ^ 0x5bd1e995, 0x01000193) + Math.imul(index + 1, 0x9e3779b1)) >>> 0;
}
