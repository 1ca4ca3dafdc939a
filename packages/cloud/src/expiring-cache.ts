/** Most entries that are kept; the oldest go first. */
const MAX_ENTRIES = 2_000;
/** An entry is asked for anew when a fifth of its life is left, as Flux does, and at the latest so long before its end. */
const SHARE_KEPT = 0.8;
const MARGIN_MS = 10_000;

/** What ends at some time. */
export interface Expiring {
  readonly expiresAt: number;
}

/** Tokens and the like, each kept until shortly before it ends. Those who ask at one time share one question. */
export class ExpiringCache {
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly value: Promise<Expiring>; readonly askedAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The entry under a key, asked for where there is none that will do. What fails is not kept. */
  async get<Value extends Expiring>(key: string, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      const value = await known.value.catch(() => undefined);
      // A key names what is asked for: the same key, the same kind of value.
      if (value !== undefined && this.#isFresh(value, known.askedAt)) return value as Value;
    }
    const again = this.#entries.get(key);
    if (again !== undefined && again !== known) return again.value as Promise<Value>;
    const entry = { value: ask(), askedAt: this.#now() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MAX_ENTRIES) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.value;
  }

  /** What is under a key was refused. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  #isFresh({ expiresAt }: Expiring, askedAt: number): boolean {
    const until = Math.min(askedAt + (expiresAt - askedAt) * SHARE_KEPT, expiresAt - MARGIN_MS);
    return this.#now() < until;
  }
}
