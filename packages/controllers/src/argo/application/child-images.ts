import type { CacheEntry } from '@capstan/kube';
import { getPath, gvkOf, type GroupKind, type KubernetesObject, type ObjectRef } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { imagesOf } from '../images.ts';

/** How far below an object its Pods are looked for: a CronJob's are two steps down. */
const MAX_DEPTH = 4;
/** Children of one object that are looked at. */
const MAX_CHILDREN = 10_000;

const POD: GroupKind = { group: '', kind: 'Pod' };
const REPLICA_SET: GroupKind = { group: 'apps', kind: 'ReplicaSet' };
const JOB: GroupKind = { group: 'batch', kind: 'Job' };

/** Which kinds stand between a workload and its Pods. */
const between: ReadonlyMap<string, readonly GroupKind[]> = new Map([
  ['apps/Deployment', [REPLICA_SET]],
  ['argoproj.io/Rollout', [REPLICA_SET]],
  ['apps/ReplicaSet', []],
  ['apps/StatefulSet', []],
  ['apps/DaemonSet', []],
  ['/ReplicationController', []],
  ['batch/Job', []],
  ['batch/CronJob', [JOB]],
]);

/** The kinds of the children that workloads of a kind make; none where it is no workload. */
export function childKindsOf({ group, kind }: GroupKind): readonly GroupKind[] {
  const steps = between.get(`${group}/${kind}`);
  return steps === undefined ? [] : [...steps, POD];
}

/**
 * The images that a live object runs: those of its Pods, and those that its template is about to run. Where Pods are not
 * watched its template alone tells.
 */
export function imagesBelow(live: KubernetesObject, cluster: Pick<Cluster, 'cache'>): readonly string[] {
  const own = imagesOf(live);
  if (childKindsOf(gvkOf(live)).length === 0) return own;
  const { cache } = cluster;
  if (!cache.watched(POD) || !cache.synced(POD)) return own;
  const { uid } = live.metadata;
  const below = typeof uid === 'string' ? podImages(cache.byIndex('owner', uid), cluster) : [];
  return isRunning(live) ? [...own, ...below] : below;
}

function podImages(children: readonly CacheEntry[], { cache }: Pick<Cluster, 'cache'>): readonly string[] {
  const found = new Set<string>();
  let level = children;
  let left = MAX_CHILDREN;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0 && left > 0; depth++) {
    const seen = level.slice(0, left);
    left -= seen.length;
    for (const { summary } of seen) for (const image of summarisedImages(summary)) found.add(image);
    level = seen.flatMap(({ ref, uid }) => (ref.kind === 'Pod' ? [] : cache.byIndex('owner', uid)));
  }
  return [...found];
}

function summarisedImages(summary: CacheEntry['summary']): readonly string[] {
  const images = summary?.['images'];
  return Array.isArray(images) ? images.filter((image) => typeof image === 'string') : [];
}

/** Whether a workload wants Pods right now. */
function isRunning(live: KubernetesObject): boolean {
  switch (live.kind) {
    case 'CronJob':
      return false;
    case 'Job':
      return getPath(live, 'spec', 'suspend') !== true;
    case 'DaemonSet':
      return true;
    default:
      return Number(getPath(live, 'spec', 'replicas') ?? 1) > 0;
  }
}

/**
 * Who cares about an object above this one: its owners' owners are looked through, for those who have put the top of
 * them there.
 */
export function caresAbove(
  entry: Pick<CacheEntry, 'ref' | 'owners'>,
  { cache, interests }: Pick<Cluster, 'cache' | 'interests'>,
): ReadonlySet<string> {
  const found = new Set<string>();
  let level: readonly Pick<CacheEntry, 'ref' | 'owners'>[] = [entry];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const above = level.flatMap(({ ref, owners }) =>
      owners.map(({ group, kind, name }): ObjectRef => ({ group, kind, name, namespace: ref.namespace })),
    );
    for (const ref of above) for (const owner of interests.ownersOf(ref)) found.add(owner);
    level = above.flatMap((ref) => cache.entry(ref) ?? []);
  }
  return found;
}
