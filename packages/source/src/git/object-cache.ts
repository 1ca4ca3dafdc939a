/** Keeps the values that were used last, within a budget of bytes. */
export class ByteCache<Value> {
  readonly #budget: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  #used = 0;

  /** `budget`: bytes of all values together. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Values above a quarter of the budget are not kept: one of them would push out everything else. */
  set(key: string, value: Value, bytes: number): void {
    if (bytes > this.#budget / 4) return;
    this.#drop(key);
    this.#entries.set(key, { value, bytes });
    this.#used += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#used <= this.#budget) break;
      this.#drop(oldest);
    }
  }

  /** Bytes held now. */
  get used(): number {
    return this.#used;
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#used -= entry.bytes;
    this.#entries.delete(key);
  }
}
