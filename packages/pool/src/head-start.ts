import { isCapstanError } from '@capstan/errors';
import {
  childPath,
  normalizePath,
  parentPath,
  baseName,
  type FileTree,
  type TreeEntry,
  type TreeFile,
} from '@capstan/tree';

/** A folder that is told of whole is no larger than this: most folders of manifests are far smaller. */
const MAX_FILES = 64;
const MAX_BYTES = 128 * 1024;
/** Files that are read at once: what lies behind a large one is not read to be thrown away. */
const BATCH = 8;

/** What a worker is told of a folder before it asks. */
export interface HeadStart {
  readonly folder: string;
  readonly entries: readonly TreeEntry[];
  /** The content of the files among the entries, in their order; undefined for folders and links. */
  readonly files: readonly (TreeFile | undefined)[];
}

/**
 * What a worker will ask of a folder, to be sent along with its task: each question costs both processes more than the
 * content does. Undefined for a folder that is not there, or too large to be told of.
 */
export async function headStart(tree: FileTree, path: string): Promise<HeadStart | undefined> {
  try {
    return await folderOf(tree, path);
  } catch (error) {
    // Whether it matters only the task can tell: it asks, and is told the same.
    if (isCapstanError(error)) return undefined;
    throw error;
  }
}

async function folderOf(tree: FileTree, path: string): Promise<HeadStart | undefined> {
  const folder = normalizePath(path);
  const [entries] = await tree.list([folder]);
  if (entries === undefined || entries.length > MAX_FILES) return undefined;
  // Links are followed by the tree: what is behind them is asked for.
  const plain = entries.filter(({ kind, link }) => kind === 'file' && link !== true);
  const files = new Map<TreeEntry, TreeFile | undefined>();
  let bytes = 0;
  for (let at = 0; at < plain.length; at += BATCH) {
    const batch = plain.slice(at, at + BATCH);
    const read = await tree.read(batch.map(({ name }) => childPath(folder, name)));
    batch.forEach((entry, index) => files.set(entry, read[index]));
    for (const file of read) bytes += file?.bytes.length ?? 0;
    if (bytes > MAX_BYTES) return undefined;
  }
  return { folder, entries, files: entries.map((entry) => files.get(entry)) };
}

/** What is known of a path by a head start: its file, that there is none, or nothing. */
export type Known = { readonly file: TreeFile | undefined } | undefined;

/** Look-ups in a head start. */
export function knownFiles(start: HeadStart): (path: string) => Known {
  const files = new Map(start.entries.map(({ name }, index) => [name, start.files[index]]));
  return (path) => {
    const name = baseName(path);
    // Only a path as trees write it stands for what it names.
    if (name === '' || name === '.' || name === '..' || path !== childPath(parentPath(path), name)) return undefined;
    if (parentPath(path) !== start.folder) return undefined;
    const file = files.get(name);
    return file !== undefined || !files.has(name) ? { file } : undefined;
  };
}
