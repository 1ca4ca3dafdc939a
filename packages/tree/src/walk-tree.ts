import { CapstanError } from '@capstan/errors';
import type { FileTree, TreeEntry } from './file-tree.ts';
import { MAX_DEPTH, MAX_WALK_FILES } from './limits.ts';
import { compareBytes } from './order.ts';
import { childPath, normalizePath } from './path.ts';

/** An entry with its path from the root of the tree. */
export interface WalkedEntry extends TreeEntry {
  readonly path: string;
}

/**
 * Everything below the folder `path`, itself left out, sorted as a depth-first walk meets it (by name in each folder, a
 * folder before what it holds). Linked folders are entries but are not walked into, as Go's filepath.Walk does not.
 * One round of `list` for each level. Throws TREE_PATH_NOT_FOUND when there is no such folder, TREE_LIMIT beyond
 * MAX_WALK_FILES entries or MAX_DEPTH levels.
 */
export async function walkTree(tree: FileTree, path: string, recurse = true): Promise<readonly WalkedEntry[]> {
  const root = normalizePath(path);
  const all: WalkedEntry[] = [];
  let level = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw limit(root, `goes deeper than ${MAX_DEPTH} folders`);
    const folders = await tree.list(level);
    if (depth === 0 && folders[0] === undefined) {
      throw new CapstanError('TREE_PATH_NOT_FOUND', `there is no folder ${JSON.stringify(root)}`, {
        data: { path: root },
      });
    }
    const found = level.flatMap((folder, index) =>
      (folders[index] ?? []).map((entry) => ({ ...entry, path: childPath(folder, entry.name) })),
    );
    for (const entry of found) all.push(entry);
    if (all.length > MAX_WALK_FILES) throw limit(root, `holds more than ${MAX_WALK_FILES} files`);
    level = recurse ? found.flatMap((at) => (at.kind === 'directory' && at.link !== true ? [at.path] : [])) : [];
  }
  return all.sort((a, b) => comparePaths(a.path, b.path));
}

function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareBytes(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function limit(path: string, what: string): CapstanError {
  return new CapstanError('TREE_LIMIT', `folder ${JSON.stringify(path)} ${what}`, { data: { path } });
}
