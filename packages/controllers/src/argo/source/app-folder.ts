import { CapstanError, isCapstanError } from '@capstan/errors';
import { joinPath, type FileTree } from '@capstan/tree';

/** The folder of a source, from the root of its tree, in Argo CD's words where there is none. Throws RENDER_NOT_FOUND. */
export async function appFolder(tree: FileTree, path: string): Promise<string> {
  const fail = (why: string) => new CapstanError('RENDER_NOT_FOUND', `${path}: ${why}`, { data: { path } });
  if (path.startsWith('/')) throw fail('app path is absolute');
  let folder: string;
  try {
    folder = joinPath('', path);
  } catch (error) {
    if (isCapstanError(error, 'TREE_PATH_INVALID')) throw fail('app path outside root');
    throw error;
  }
  const [entries] = await tree.list([folder]);
  if (entries !== undefined) return folder;
  const [file] = await tree.read([folder]);
  throw fail(file === undefined ? 'app path does not exist' : 'app path is not a directory');
}
