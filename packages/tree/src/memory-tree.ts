import { CapstanError } from '@capstan/errors';
import type { FileTree } from './file-tree.ts';
import { MAX_DEPTH } from './limits.ts';
import { compareBytes } from './order.ts';
import { normalizePath } from './path.ts';
import { sha256Digest } from './digest.ts';
import { storedTree } from './stored-tree.ts';
import type { StoredEntry, TreeStore } from './tree-store.ts';

/** A file of a tree in memory: its content, or content with a mode, or a symbolic link with the text of its target. */
export type MemoryFile =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly executable?: boolean }
  | { readonly link: string };

/** Files by path, as a record or as pairs. Folders exist where a file lies below them. */
export type MemoryFiles = Readonly<Record<string, MemoryFile>> | Iterable<readonly [string, MemoryFile]>;

type Folder = Map<string, Folder | StoredEntry>;

/**
 * A tree of given files, for tests and for generated content. `emptyFolders` are there without a file. Digests are
 * SHA-256 over content, as git does it: of a folder over its names, kinds and digests. Throws TREE_PATH_INVALID for a
 * path that leaves the tree or is a file and a folder at once.
 */
export function memoryTree(files: MemoryFiles, emptyFolders: readonly string[] = []): FileTree {
  const contents = new Map<string, Uint8Array>();
  const listings = new Map<string, readonly StoredEntry[]>();
  const root: Folder = new Map();
  for (const [path, file] of Symbol.iterator in files ? files : Object.entries(files))
    place(root, path, file, contents);
  for (const path of emptyFolders) folderAt(root, normalizePath(path).split('/').filter(Boolean), path);
  return storedTree(seal(root, listings), storeOf(contents, listings));
}

function storeOf(
  contents: ReadonlyMap<string, Uint8Array>,
  listings: ReadonlyMap<string, readonly StoredEntry[]>,
): TreeStore {
  const get = <Value>(map: ReadonlyMap<string, Value>, digest: string): Value => {
    const value = map.get(digest);
    if (value === undefined) throw new TypeError(`no content with digest ${digest} in this tree`);
    return value;
  };
  return {
    folders: async (digests) => digests.map((digest) => get(listings, digest)),
    files: async (digests) => digests.map((digest) => get(contents, digest)),
  };
}

function place(root: Folder, path: string, file: MemoryFile, contents: Map<string, Uint8Array>): void {
  const segments = normalizePath(path).split('/').filter(Boolean);
  const name = segments.pop();
  if (name === undefined) throw clash(path);
  const folder = folderAt(root, segments, path);
  if (folder.get(name) instanceof Map) throw clash(path);
  const { content, ...shape } = shapeOf(file);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = sha256Digest(bytes);
  contents.set(digest, bytes);
  folder.set(name, { name, ...shape, digest });
}

function shapeOf(
  file: MemoryFile,
): Pick<StoredEntry, 'kind' | 'executable'> & { readonly content: string | Uint8Array } {
  if (typeof file === 'string' || file instanceof Uint8Array) return { kind: 'file', content: file };
  if ('link' in file) return { kind: 'link', content: file.link };
  return { kind: 'file', content: file.content, ...(file.executable === true ? { executable: true } : {}) };
}

function folderAt(root: Folder, segments: readonly string[], path: string): Folder {
  if (segments.length > MAX_DEPTH)
    throw new CapstanError('TREE_LIMIT', `${path} lies deeper than ${MAX_DEPTH} folders`);
  let folder = root;
  for (const segment of segments) {
    const next = folder.get(segment) ?? new Map<string, Folder | StoredEntry>();
    if (!(next instanceof Map)) throw clash(path);
    folder.set(segment, next);
    folder = next;
  }
  return folder;
}

function seal(folder: Folder, listings: Map<string, readonly StoredEntry[]>): string {
  const entries = [...folder].map(([name, child]): StoredEntry =>
    child instanceof Map ? { name, kind: 'directory', digest: seal(child, listings) } : child,
  );
  entries.sort((a, b) => compareBytes(a.name, b.name));
  const digest = sha256Digest(
    entries
      .map((entry) => `${entry.kind}${entry.executable === true ? '*' : ''} ${entry.digest} ${entry.name}\0`)
      .join(''),
  );
  listings.set(digest, entries);
  return digest;
}

function clash(path: string): CapstanError {
  return new CapstanError('TREE_PATH_INVALID', `${JSON.stringify(path)} would be a file and a folder at once`, {
    data: { path },
  });
}
