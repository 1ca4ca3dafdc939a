/** Reads values of the SSH wire format (RFC 4251, 5) one after the other. Throws Error where they end too early. */
export class SshReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  /** That many bytes as they are. */
  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new Error('ssh: short read');
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  /** A value with its length before it. */
  string(): Buffer {
    return this.take(this.uint32());
  }

  /** A number that is not negative, without the zeros before it. */
  natural(): Buffer {
    const bytes = this.string();
    if ((bytes[0] ?? 0) >= 0x80) throw new Error('ssh: a number is negative');
    const start = bytes.findIndex((byte) => byte !== 0);
    return start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
  }

  /** What is left. */
  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Throws where something is left. */
  end(): void {
    if (this.#at < this.#bytes.length) throw new Error('ssh: trailing junk');
  }
}

/** A value with its length before it. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
