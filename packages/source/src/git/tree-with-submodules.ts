import { CapstanError } from '@capstan/errors';
import { mountTree, type FileTree } from '@capstan/tree';
import type { GitRequest, GitSource, TreeOptions } from '../git-source.ts';
import type { Revision } from '../revision.ts';
import { submoduleRequest, SUBMODULES_FILE } from './submodules.ts';

/** How deep submodules may lie in submodules: what is deeper is left out, as go-git does. */
const MAX_SUBMODULE_DEPTH = 10;
/** Submodules of a repository in all. */
const MAX_ALL_SUBMODULES = 200;

/** The tree of a commit with its submodules in it, and theirs. Throws GIT_*, TREE_LIMIT. */
export async function treeWithSubmodules(
  git: Pick<GitSource, 'tree' | 'submodules'>,
  request: GitRequest,
  revision: Revision,
  signal?: AbortSignal,
  options: TreeOptions = { links: 'omit' },
): Promise<FileTree> {
  let left = MAX_ALL_SUBMODULES;
  return read(request, revision, 0);

  async function read(at: GitRequest, its: Revision, depth: number): Promise<FileTree> {
    let tree = await git.tree(at, its, signal, options);
    if (depth >= MAX_SUBMODULE_DEPTH || !(await declaresSubmodules(tree))) return tree;
    for (const submodule of await git.submodules(at, its.commit)) {
      left -= 1;
      if (left < 0)
        throw new CapstanError('TREE_LIMIT', `the repository has more than ${MAX_ALL_SUBMODULES} submodules in all`);
      const inner = await read(submoduleRequest(at, submodule), { commit: submodule.commit, reference: '' }, depth + 1);
      tree = mountTree(tree, { path: submodule.path, tree: inner, from: '' });
    }
    return tree;
  }
}

/** Told from the tree, which is read anyway: most repositories have none, and git need not be started for them. */
async function declaresSubmodules(tree: FileTree): Promise<boolean> {
  const [entries = []] = await tree.list(['']);
  return entries.some(({ name }) => name === SUBMODULES_FILE);
}
