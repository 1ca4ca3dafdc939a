const CHUNK = 16 * 1024;

/** Bits into bytes, from the low end, handed on in chunks. */
export class BitWriter {
  readonly #emit: (bytes: Uint8Array) => void;
  #chunk = new Uint8Array(CHUNK);
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** The low `count` bits of `value`; at most 16. */
  write(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    while (this.#count >= 8) {
      this.#put(this.#bits & 0xff);
      this.#bits >>>= 8;
      this.#count -= 8;
    }
  }

  /** Fills up the byte that has been begun. */
  align(): void {
    if (this.#count > 0) this.#put(this.#bits & 0xff);
    this.#bits = 0;
    this.#count = 0;
  }

  /** Whole bytes; the writer must be aligned. */
  bytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.#put(byte);
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.#length > 0) this.#emit(this.#chunk.slice(0, this.#length));
    this.#length = 0;
  }

  #put(byte: number): void {
    this.#chunk[this.#length++] = byte;
    if (this.#length === CHUNK) this.flush();
  }
}
