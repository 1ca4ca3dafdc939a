import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGitSource, HttpFiles, RemoteBases } from '@capstan/source';
import type { FetchRemote } from '@capstan/tree';

/**
 * Does something that may fetch what kustomizations name elsewhere, as the person: git sees their own settings and keys,
 * and every address may be asked, this machine's folders too. Nothing is kept.
 */
export async function withRemoteAccess<Result>(use: (fetch: FetchRemote) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-remote-'));
  const bases = new RemoteBases({
    git: createGitSource({ cacheDirectory: folder, protocols: ['http', 'https', 'ssh', 'file'], asUser: true }),
    http: new HttpFiles({ allowsAddress: () => true }),
    now: Date.now,
  });
  try {
    return await use(bases.fetchFor());
  } finally {
    await bases.close();
    await rm(folder, { recursive: true, force: true });
  }
}
