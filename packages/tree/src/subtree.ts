import type { FileTree } from './file-tree.ts';
import { childPath, normalizePath } from './path.ts';

/**
 * The folder `path` of a tree as a tree. Links below it may still lead to other places in the whole tree, so its
 * digest is made of the whole tree's. A folder that is missing gives a tree without a root: `list([''])` is undefined.
 */
export function subtree(tree: FileTree, path: string): FileTree {
  const base = normalizePath(path);
  if (base === '') return tree;
  const below = (at: string): string => {
    const normal = normalizePath(at);
    return normal === '' ? base : childPath(base, normal);
  };
  return {
    digest: `${tree.digest}/${base}`,
    list: (paths) => tree.list(paths.map(below)),
    read: (paths) => tree.read(paths.map(below)),
  };
}
