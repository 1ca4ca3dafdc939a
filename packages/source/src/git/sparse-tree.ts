import { filteredTree, type FileTree } from '@capstan/tree';

/**
 * What a sparse checkout leaves of a tree: the files whose path begins with one of `folders`, letter by letter, as go-git
 * takes it; a `./` before one does not count. What no path begins with (`app//`, `app/.`) leaves nothing, and no folder
 * either: an empty one would look as if Git had emptied it.
 */
export async function sparseTree(tree: FileTree, folders: readonly string[]): Promise<FileTree> {
  const asked = folders.map((folder) => folder.replace(/^\.\//, ''));
  const begins = await Promise.all(asked.map((prefix) => beginsSomething(tree, prefix)));
  const wanted = asked.filter((_, index) => begins[index] === true);
  return filteredTree(tree, `sparse:${JSON.stringify(wanted)}`, (path, kind) =>
    kind === 'file'
      ? wanted.some((prefix) => path.startsWith(prefix))
      : wanted.some((prefix) => `${path}/`.startsWith(prefix) || prefix.startsWith(`${path}/`)),
  );
}

/** Whether a path of the tree begins so: the folder that the text names, as paths are written, has an entry like that. */
async function beginsSomething(tree: FileTree, prefix: string): Promise<boolean> {
  const slash = prefix.lastIndexOf('/');
  const folder = slash < 0 ? '' : prefix.slice(0, slash);
  if (folder.split('/').some((part) => (part === '' && slash >= 0) || part === '.' || part === '..')) return false;
  const [entries = []] = await tree.list([folder]);
  const start = prefix.slice(slash + 1);
  return entries.some(({ name }) => name.startsWith(start));
}
