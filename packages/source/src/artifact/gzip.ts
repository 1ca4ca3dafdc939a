import { crc32 } from 'node:zlib';
import { Deflate } from './deflate/deflate.ts';

/** The head that Go's compress/gzip writes: no name, no time, unknown system. */
const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** Gzip (RFC 1952) over `Deflate`. */
export class Gzip {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #deflate: Deflate;
  #crc = 0;
  #size = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
    this.#deflate = new Deflate(emit);
    emit(HEAD);
  }

  write(input: Uint8Array): void {
    this.#crc = crc32(input, this.#crc);
    this.#size = (this.#size + input.length) % 2 ** 32;
    this.#deflate.write(input);
  }

  close(): void {
    this.#deflate.close();
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(this.#crc, 0);
    tail.writeUInt32LE(this.#size, 4);
    this.#emit(tail);
  }
}
