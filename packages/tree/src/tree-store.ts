/** An entry as it is stored: links are still links. */
export interface StoredEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link';
  readonly digest: string;
  readonly executable?: true;
}

/**
 * Content by digest: what a tree is made of. Asked for many at once; answers in the order of the digests. A digest that
 * came out of this store is always there; anything else throws. The text of a link is read as a file.
 */
export interface TreeStore {
  folders(digests: readonly string[]): Promise<readonly (readonly StoredEntry[])[]>;
  files(digests: readonly string[]): Promise<readonly Uint8Array[]>;
}
