import { filteredTree, type FileTree } from '@capstan/tree';

/**
 * What a sparse checkout leaves of a tree: the files whose path begins with one of `folders`, letter by letter, as go-git
 * takes it; a `./` before one does not count.
 */
export function sparseTree(tree: FileTree, folders: readonly string[]): FileTree {
  const wanted = folders.map((folder) => folder.replace(/^\.\//, ''));
  return filteredTree(tree, `sparse:${JSON.stringify(wanted)}`, (path, kind) =>
    kind === 'file'
      ? wanted.some((prefix) => path.startsWith(prefix))
      : wanted.some((prefix) => `${path}/`.startsWith(prefix) || prefix.startsWith(`${path}/`)),
  );
}
