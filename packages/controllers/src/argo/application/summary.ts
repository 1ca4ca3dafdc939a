import { messageOf } from '@capstan/errors';
import type { JsonObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import { imagesBelow, childKindsOf } from './child-images.ts';
import { externalUrlsOf, linksOf } from './external-urls.ts';
import type { Run, Standing } from './run.ts';

/**
 * `status.summary`: where the Application can be reached, what images it runs, its children's among them, and whether it
 * is made of Applications. Without what is empty.
 */
export function summaryOf(run: Run, { cluster }: DestinationCluster, { comparison }: Standing): JsonObject {
  const lives = comparison.managed.flatMap(({ live }) => live ?? []);
  const externalURLs = [...linksOf(run.application.object), ...lives.flatMap(externalUrlsOf)];
  const images = lives.flatMap((live) => imagesBelow(live, cluster));
  return {
    ...listed('externalURLs', externalURLs),
    ...listed('images', images),
    ...(comparison.managed.some(isApplication) ? { isAppOfApps: true } : {}),
  };
}

/**
 * Watches the kinds of the Pods of an Application's workloads, and what stands between. Nothing waits for that: until
 * they are listed, or where they may not be, the workloads' templates tell.
 */
export function watchChildren(run: Run, { cluster }: DestinationCluster, { comparison }: Standing): void {
  const kinds = comparison.managed.flatMap(({ ref }) => childKindsOf(ref));
  const refs = kinds.map((kind) => ({ ...kind, namespace: '', name: '' }));
  cluster.interests.set(childrenOf(run.owner), refs).catch((error: unknown) => {
    const { log } = run.shared.engine;
    log.debug({ application: run.owner, error: messageOf(error) }, 'what its workloads have made is not listed');
  });
}

/** Ends that. */
export function dropChildren(owner: string, { interests }: Pick<Cluster, 'interests'>): void {
  interests.drop(childrenOf(owner));
}

function childrenOf(owner: string): string {
  return `children of ${owner}`;
}

function listed(key: string, values: readonly string[]): JsonObject {
  const sorted = [...new Set(values)].sort();
  return sorted.length === 0 ? {} : { [key]: sorted };
}

function isApplication({ ref }: ManagedObject): boolean {
  return ref.group === 'argoproj.io' && ref.kind === 'Application';
}
