import { getPath, type JsonValue, type ObjectRef } from '@capstan/object';
import type { Shared } from '../application/run.ts';
import { ownerKey } from '../application.ts';
import { gitRequestTo } from './generate.ts';
import { repositoryKey } from './revisions.ts';

/**
 * Whether what an Application renders from a repository has changed there, as far as can be told without a render. It
 * decides nothing but who comes first. Throws GIT_*.
 */
export async function isChangedIn(shared: Shared, ref: ObjectRef, repository: string): Promise<boolean> {
  const spec = shared.home.cache.peek(ref)?.['spec'];
  const source = sourcesOf(spec).find((one) => keyOf(one) === repositoryKey(repository));
  const url = getPath(source, 'repoURL');
  if (typeof url !== 'string') return true;
  const [target, project] = [getPath(source, 'targetRevision'), getPath(spec, 'project')];
  const request = await gitRequestTo(shared, url, typeof project === 'string' ? project : '');
  const text = typeof target === 'string' && target !== '' ? target : 'HEAD';
  const revision = await shared.revisions.resolve(request, text, Infinity, new AbortController().signal);
  const tree = await shared.revisions.tree(request, revision);
  return !(await shared.engine.renderer.isAsBefore(ownerKey(ref), tree));
}

function sourcesOf(spec: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  const list = getPath(spec, 'sources');
  return Array.isArray(list) && list.length > 0 ? (list as readonly JsonValue[]) : [getPath(spec, 'source')];
}

function keyOf(source: JsonValue | undefined): string | undefined {
  const url = getPath(source, 'repoURL');
  return typeof url === 'string' ? repositoryKey(url) : undefined;
}
