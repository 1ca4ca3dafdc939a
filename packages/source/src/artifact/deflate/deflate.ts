import { BitWriter } from './bit-writer.ts';
import { MATCH, writeBlock, writeStored } from './block-writer.ts';

const WINDOW = 1 << 15;
const MIN_MATCH = 4;
const MAX_MATCH = 258;
/** With less than this to look at, a match could still grow: wait for more input. */
const ENOUGH = MIN_MATCH + MAX_MATCH;
const BLOCK_TOKENS = 1 << 14;
const HASH_BITS = 17;
const HASH_FACTOR = 0x1e35a7bd;
/** Short matches from far away cost more than literals. */
const NEAR = 4096;

/** The effort of level 6: when to look less far, when to look no further, and how far. */
const GOOD = 8;
const LAZY = 16;
const NICE = 128;
const CHAIN = 128;

/**
 * DEFLATE (RFC 1951) with the choices that Go's compress/flate makes at its default level, so that artifacts have the
 * digests that Flux gives them: matches of four bytes or more found over hash chains, taken one byte late where a
 * longer one follows. What is emitted depends on how input is cut into writes as it does there.
 */
export class Deflate {
  readonly #out: BitWriter;
  readonly #window = new Uint8Array(2 * WINDOW);
  /** Position (counted from the start of the input, plus one) that had a hash last; 0 is none. */
  readonly #heads = new Float64Array(1 << HASH_BITS);
  /** For a position in the window, the one before it with the same hash. */
  readonly #previous = new Float64Array(WINDOW);
  readonly #tokens = new Int32Array(BLOCK_TOKENS);
  #tokenCount = 0;
  /** What the first byte of the window is in the whole input, plus one. */
  #origin = 1;
  #index = 0;
  #end = 0;
  /** Where the block in work begins in the window; Infinity when that has left the window. */
  #blockStart = 0;
  #pending = false;
  #length = MIN_MATCH - 1;
  #distance = 0;
  #chain = -1;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#out = new BitWriter(emit);
  }

  write(input: Uint8Array): void {
    for (let rest = input; rest.length > 0;) {
      this.#compress(false);
      this.#shift();
      const taken = rest.subarray(0, this.#window.length - this.#end);
      this.#window.set(taken, this.#end);
      this.#end += taken.length;
      rest = rest.subarray(taken.length);
    }
  }

  close(): void {
    this.#compress(true);
    writeStored(this.#out, new Uint8Array(), true);
    this.#out.flush();
  }

  /** Drops the older half of the window once most of the newer one has been compressed. */
  #shift(): void {
    if (this.#index < 2 * WINDOW - ENOUGH) return;
    this.#window.copyWithin(0, WINDOW);
    this.#index -= WINDOW;
    this.#end -= WINDOW;
    this.#blockStart = this.#blockStart >= WINDOW ? this.#blockStart - WINDOW : Infinity;
    this.#origin += WINDOW;
  }

  #compress(toTheEnd: boolean): void {
    for (;;) {
      const ahead = this.#end - this.#index;
      if (ahead < ENOUGH && !toTheEnd) return;
      if (ahead === 0) break;
      this.#step(ahead);
    }
    if (this.#pending) this.#push(this.#window[this.#index - 1] ?? 0);
    this.#pending = false;
    if (this.#tokenCount > 0) this.#block(this.#index);
  }

  /** One position: a match that began one byte before is taken unless a longer one begins here. */
  #step(ahead: number): void {
    if (this.#index < this.#end - (MIN_MATCH - 1)) this.#chain = this.#remember(this.#index);
    const before = this.#length;
    const beforeDistance = this.#distance;
    this.#length = MIN_MATCH - 1;
    this.#distance = 0;
    const oldest = Math.max(0, this.#index - WINDOW);
    if (this.#chain - this.#origin >= oldest && ahead > before && before < LAZY) {
      this.#find(this.#chain - this.#origin, ahead);
    }
    if (before >= MIN_MATCH && this.#length <= before) this.#take(before, beforeDistance);
    else this.#postpone();
  }

  #take(length: number, distance: number): void {
    this.#push(MATCH | ((length - 3) << 16) | (distance - 1));
    const next = this.#index + length - 1;
    for (this.#index++; this.#index < next; this.#index++) {
      if (this.#index < this.#end - (MIN_MATCH - 1)) this.#remember(this.#index);
    }
    this.#pending = false;
    this.#length = MIN_MATCH - 1;
    if (this.#tokenCount === BLOCK_TOKENS) this.#block(this.#index);
  }

  #postpone(): void {
    if (this.#pending) {
      this.#push(this.#window[this.#index - 1] ?? 0);
      if (this.#tokenCount === BLOCK_TOKENS) this.#block(this.#index);
    }
    this.#index++;
    this.#pending = true;
  }

  /** Enters a position under its hash and gives the one that was there. */
  #remember(at: number): number {
    const window = this.#window;
    const four =
      ((window[at] ?? 0) << 24) | ((window[at + 1] ?? 0) << 16) | ((window[at + 2] ?? 0) << 8) | (window[at + 3] ?? 0);
    const hash = Math.imul(four, HASH_FACTOR) >>> (32 - HASH_BITS);
    const head = this.#heads[hash] ?? 0;
    this.#previous[at & (WINDOW - 1)] = head;
    this.#heads[hash] = at + this.#origin;
    return head;
  }

  /** Looks along the chain for the longest match, the nearest of equals. */
  #find(start: number, ahead: number): void {
    const window = this.#window;
    const at = this.#index;
    const longest = Math.min(MAX_MATCH, ahead);
    const enough = Math.min(NICE, longest);
    const oldest = at - WINDOW;
    // The length to beat is the shortest that counts, so the shorter search for good matches never applies here.
    let length = this.#length;
    let tries = length >= GOOD ? CHAIN >> 2 : CHAIN;
    for (let candidate = start; tries > 0; tries--) {
      if (window[candidate + length] === window[at + length]) {
        let same = 0;
        while (same < longest && window[candidate + same] === window[at + same]) same++;
        if (same > length && (same > MIN_MATCH || at - candidate <= NEAR)) {
          length = same;
          this.#length = same;
          this.#distance = at - candidate;
          if (same >= enough) return;
        }
      }
      if (candidate === oldest) return;
      candidate = (this.#previous[candidate & (WINDOW - 1)] ?? 0) - this.#origin;
      if (candidate < oldest || candidate < 0) return;
    }
  }

  #push(token: number): void {
    this.#tokens[this.#tokenCount++] = token;
  }

  #block(end: number): void {
    const input = this.#blockStart <= end ? this.#window.subarray(this.#blockStart, end) : undefined;
    this.#blockStart = end;
    writeBlock(this.#out, this.#tokens.subarray(0, this.#tokenCount), input);
    this.#tokenCount = 0;
  }
}
