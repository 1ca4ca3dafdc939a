import type { ArtifactContent } from '@capstan/source';

/** Entries of all listings together; an entry and what finds it take about half a kilobyte. */
const MAX_ENTRIES = 100_000;
/** Listings, however small. */
const MAX_LISTINGS = 256;

interface Kept {
  readonly content: Promise<Pick<ArtifactContent, 'entries' | 'tree'>>;
  /** Its entries, once it is there. */
  entries: number;
}

/** Listings that were used last, within a bound on their entries: the one that was used last stays, however large. */
export class KeptContents {
  readonly #kept = new Map<string, Kept>();
  readonly #maxEntries: number;
  #entries = 0;

  constructor(maxEntries = MAX_ENTRIES) {
    this.#maxEntries = maxEntries;
  }

  /** The content under a key; `make` makes it where it is not kept. What rejects is not kept. */
  get(key: string, make: () => Promise<ArtifactContent>): Promise<ArtifactContent> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.content;
    }
    const made: Kept = { content: make(), entries: 0 };
    this.#kept.set(key, made);
    made.content.then(
      ({ entries }) => this.#weigh(key, made, entries.length),
      () => this.#drop(key, made),
    );
    return made.content;
  }

  #weigh(key: string, made: Kept, entries: number): void {
    if (this.#kept.get(key) !== made) return;
    made.entries = entries;
    this.#entries += entries;
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#entries <= this.#maxEntries && this.#kept.size <= MAX_LISTINGS)) return;
      this.#drop(oldest, kept);
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return;
    this.#kept.delete(key);
    this.#entries -= kept.entries;
  }
}
