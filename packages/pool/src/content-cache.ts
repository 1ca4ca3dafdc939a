/** Bytes that a worker keeps when it is not told otherwise. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Content by digest, bounded by its bytes; what was used least recently goes first. */
export class ContentCache {
  private readonly maxBytes: number;
  private readonly kept = new Map<string, Uint8Array>();
  private bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.maxBytes = maxBytes;
  }

  /** Bytes that are kept. */
  get size(): number {
    return this.bytes;
  }

  /** The content with this digest, if it is kept. */
  get(digest: string): Uint8Array | undefined {
    const found = this.kept.get(digest);
    if (found !== undefined) {
      this.kept.delete(digest);
      this.kept.set(digest, found);
    }
    return found;
  }

  /** Keeps content, unless it is larger than all that may be kept. */
  set(digest: string, content: Uint8Array): void {
    if (content.length > this.maxBytes || this.kept.has(digest)) return;
    this.kept.set(digest, content);
    this.bytes += content.length;
    for (const [oldest, bytes] of this.kept) {
      if (this.bytes <= this.maxBytes) return;
      this.kept.delete(oldest);
      this.bytes -= bytes.length;
    }
  }
}
