import { isCapstanError } from '@capstan/errors';
import type { FileTree, ReadSet, TreeEntry } from './file-tree.ts';
import { normalizePath } from './path.ts';
import { sha256Digest } from './digest.ts';

/** A tree that notes what is read through it, and the notes so far. */
export interface ReadRecorder {
  readonly tree: FileTree;
  reads(): ReadSet;
}

/** Wraps a tree so that every look-up is noted, those that find nothing included. */
export function recordReads(tree: FileTree): ReadRecorder {
  const files = new Map<string, string | null>();
  const folders = new Map<string, string | null>();
  return {
    tree: {
      digest: tree.digest,
      list: async (paths) => {
        const listed = await tree.list(paths);
        paths.forEach((path, index) => folders.set(normalizePath(path), listingDigest(listed[index])));
        return listed;
      },
      read: async (paths) => {
        const found = await tree.read(paths);
        paths.forEach((path, index) => files.set(normalizePath(path), found[index]?.digest ?? null));
        return found;
      },
    },
    reads: () => ({ files: Object.fromEntries(files), folders: Object.fromEntries(folders) }),
  };
}

/**
 * Whether another tree would answer all of `reads` with the same content, so that a render over it would give the same
 * result. Two batched calls, whatever the size. A tree that refuses one of the look-ups does not hold.
 */
export async function readsStillHold(reads: ReadSet, tree: FileTree): Promise<boolean> {
  const folders = Object.entries(reads.folders);
  const files = Object.entries(reads.files);
  try {
    const listed = await tree.list(folders.map(([path]) => path));
    if (!folders.every(([, digest], index) => listingDigest(listed[index]) === digest)) return false;
    const digests = await fileDigests(
      tree,
      files.map(([path]) => path),
    );
    return files.every(([, digest], index) => digests[index] === digest);
  } catch (error) {
    if (isCapstanError(error, 'TREE_LINK_ESCAPES', 'TREE_PATH_INVALID', 'TREE_LIMIT')) return false;
    throw error;
  }
}

async function fileDigests(tree: FileTree, paths: readonly string[]): Promise<readonly (string | null)[]> {
  if (tree.digests !== undefined) return (await tree.digests(paths)).map((digest) => digest ?? null);
  return (await tree.read(paths)).map((file) => file?.digest ?? null);
}

/** Digest of the names and kinds in a listing; null where there is no folder. */
function listingDigest(entries: readonly TreeEntry[] | undefined): string | null {
  if (entries === undefined) return null;
  return sha256Digest(entries.map((entry) => `${entry.kind} ${entry.name}\0`).join(''));
}
