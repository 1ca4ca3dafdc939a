/** One entry of a folder. Links have been resolved inside the tree already: an entry is a file or a folder. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
  /**
   * Digest of the content: of a file its bytes, of a folder everything below it (links by their text). Equal digests
   * mean equal content. A reader that depends on content reads it: a recorded listing stands for names and kinds only.
   */
  readonly digest: string;
  /** Set on a file that may be executed. */
  readonly executable?: true;
  /** Set when the name is a symbolic link. A link that leads nowhere, or out, is listed as a file and cannot be read. */
  readonly link?: true;
}

/** A file's bytes with the digest under which they are known. */
export interface TreeFile {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/**
 * A read-only, content-addressed folder: git objects, a layer, an archive, a local folder. Paths are relative to its
 * root, with `/`, without a leading `/`; the root is `''`. A path cannot leave the tree: `..` and absolute paths throw
 * TREE_PATH_INVALID, a link that points outside throws TREE_LINK_ESCAPES. Reads are batched: one call, many paths, and
 * the answers in the order of the paths.
 */
export interface FileTree {
  /** Digest of the whole tree. */
  readonly digest: string;
  /** Entries of each folder sorted by name (by bytes, as Go sorts); undefined where there is no such folder. */
  list(paths: readonly string[]): Promise<readonly (readonly TreeEntry[] | undefined)[]>;
  /** Each file; undefined where there is no such file. Throws TREE_LIMIT for a file that is too large. */
  read(paths: readonly string[]): Promise<readonly (TreeFile | undefined)[]>;
  /** Digests as `read` would give them, without loading content; a tree that cannot do that leaves it out. */
  digests?(paths: readonly string[]): Promise<readonly (string | undefined)[]>;
}

/**
 * What a render read, failed look-ups included: the key of its result. `files` and `folders` map a path to the digest
 * that was seen there (of a folder: of its names and kinds), or to null where nothing was.
 */
export interface ReadSet {
  readonly files: Readonly<Record<string, string | null>>;
  readonly folders: Readonly<Record<string, string | null>>;
}
