import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitSource, type GitReference, type GitRequest } from '@capstan/source';
import type { FileTree } from '@capstan/tree';

/** How long one git command may take. */
export const GIT_TIMEOUT_SECONDS = 60;

/**
 * Does something with the content of a repository at a reference. The mirror is made for this one look and removed
 * after it. Throws GIT_*.
 */
export async function withRepository<Result>(
  request: GitRequest,
  reference: GitReference,
  links: 'follow' | 'omit',
  use: (tree: FileTree, commit: string) => Promise<Result>,
): Promise<Result> {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'capstan-diff-'));
  const git = createGitSource({ cacheDirectory });
  try {
    const revision = await git.resolve(request, reference);
    return await use(await git.tree(request, revision, undefined, { links }), revision.commit);
  } finally {
    await git.close();
    await rm(cacheDirectory, { recursive: true, force: true });
  }
}
