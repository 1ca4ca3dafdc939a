import { getPath, type JsonValue } from '@capstan/object';
import type { FileTree } from '@capstan/tree';
import type { Shared } from '../application/run.ts';
import { gitRequestTo } from './generate.ts';
import { repositoryKey } from './revisions.ts';

/** How an Application follows a repository. */
export interface Following {
  readonly url: string;
  readonly target: string;
  readonly project: string;
}

/** Which repositories a spec follows, by their keys, as far as it can be read: it has not been checked yet. */
export function followedIn(spec: JsonValue | undefined): ReadonlyMap<string, Following> {
  const list = getPath(spec, 'sources');
  const sources = Array.isArray(list) && list.length > 0 ? (list as readonly JsonValue[]) : [getPath(spec, 'source')];
  const project = getPath(spec, 'project');
  const followed = new Map<string, Following>();
  for (const source of sources) {
    const [url, target] = [getPath(source, 'repoURL'), getPath(source, 'targetRevision')];
    if (typeof url !== 'string' || followed.has(repositoryKey(url))) continue;
    followed.set(repositoryKey(url), {
      url,
      target: typeof target === 'string' && target !== '' ? target : 'HEAD',
      project: typeof project === 'string' ? project : '',
    });
  }
  return followed;
}

/**
 * Tells whether what an Application renders from a repository has changed there, as far as can be told without a render.
 * It decides nothing but who comes first; what many of them follow is looked at once. Rejects with GIT_*.
 */
export function changesSince(shared: Shared): (owner: string, followed: Following) => Promise<boolean> {
  const trees = new Map<string, Promise<FileTree>>();
  return async (owner, followed) => {
    const key = JSON.stringify([followed.url, followed.target, followed.project]);
    const tree = trees.get(key) ?? treeOf(shared, followed);
    trees.set(key, tree);
    return !(await shared.engine.renderer.isAsBefore(owner, await tree));
  };
}

async function treeOf(shared: Shared, { url, target, project }: Following): Promise<FileTree> {
  const request = await gitRequestTo(shared, url, project);
  const revision = await shared.revisions.resolve(request, target, Infinity, new AbortController().signal);
  return shared.revisions.tree(request, revision, shared.settings().submodules);
}
