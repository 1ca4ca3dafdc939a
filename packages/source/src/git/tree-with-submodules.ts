import { CapstanError } from '@capstan/errors';
import { mountTree, type FileTree } from '@capstan/tree';
import type { GitRequest, GitSource, TreeOptions } from '../git-source.ts';
import { submoduleRequest } from './submodules.ts';

/** How deep submodules may lie in submodules: what is deeper is left out, as go-git does. */
const MAX_SUBMODULE_DEPTH = 10;
/** Submodules of a repository in all. */
const MAX_ALL_SUBMODULES = 200;

/** The tree of a commit with its submodules in it, and theirs. Throws GIT_*, TREE_LIMIT. */
export async function treeWithSubmodules(
  git: Pick<GitSource, 'tree' | 'submodules'>,
  request: GitRequest,
  commit: string,
  signal?: AbortSignal,
  options: TreeOptions = { links: 'omit' },
): Promise<FileTree> {
  let left = MAX_ALL_SUBMODULES;
  return read(request, commit, 0);

  async function read(at: GitRequest, hash: string, depth: number): Promise<FileTree> {
    let tree = await git.tree(at, { commit: hash, reference: '' }, signal, options);
    if (depth >= MAX_SUBMODULE_DEPTH) return tree;
    for (const submodule of await git.submodules(at, hash)) {
      left -= 1;
      if (left < 0)
        throw new CapstanError('TREE_LIMIT', `the repository has more than ${MAX_ALL_SUBMODULES} submodules in all`);
      const inner = await read(submoduleRequest(at, submodule), submodule.commit, depth + 1);
      tree = mountTree(tree, { path: submodule.path, tree: inner, from: '' });
    }
    return tree;
  }
}
