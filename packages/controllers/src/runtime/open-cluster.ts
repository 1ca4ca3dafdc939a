import {
  confineClient,
  createWatchCache,
  type Clock,
  type ClusterScope,
  type IndexFunction,
  type KubeCluster,
} from '@capstan/kube';
import { refOf, type JsonObject, type KubernetesObject } from '@capstan/object';
import { imagesOf } from '../argo/images.ts';
import { argoIndexes } from '../argo/tracking.ts';
import { Claims } from './claims.ts';
import type { Cluster } from './cluster.ts';
import { FreshObjects } from './fresh-objects.ts';
import { Interests } from './interests.ts';
import { RuleBook } from './kind-rules.ts';
import type { Log } from './log.ts';

/** How a cluster is looked after. */
export interface OpenClusterOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Whether an object is kept whole even before somebody cares about it: our own resources, and what bears our marks. */
  readonly tracked: (object: KubernetesObject) => boolean;
  readonly indexes?: Readonly<Record<string, IndexFunction>>;
  readonly budgetBytes?: number;
  /** What of it may be watched; all when absent. */
  readonly scope?: ClusterScope;
}

/** A cluster with its watch cache, rules and interests. Nothing is sent until something is asked for. */
export function openCluster(kube: KubeCluster, options: OpenClusterOptions): Cluster & { close(): Promise<void> } {
  const client = kube.client();
  const log = options.log.child({ cluster: kube.id });
  const cache = createWatchCache(options.scope === undefined ? client : confineClient(client, options.scope), {
    clock: options.clock,
    tracked: (object) => options.tracked(object) || interests.ownersOf(refOf(object)).size > 0,
    // Drift is told by who owns which field.
    keepManagedFields: () => true,
    onFailure: (kind, error) =>
      log.warn({ group: kind.group, kind: kind.kind, error: String(error) }, 'a watch failed; it is made anew'),
    summarise: summaryOfPod,
    // What the dialects look objects up by must be there before the first object comes.
    indexes: { ...argoIndexes, ...options.indexes },
    ...(options.budgetBytes === undefined ? {} : { budgetBytes: options.budgetBytes }),
  });
  const interests: Interests = new Interests(cache);
  const rules = new RuleBook(kube.discovery);
  const live = new FreshObjects(cache);
  return {
    id: kube.id,
    client,
    as: (identity) => kube.client(identity),
    cache,
    live,
    interests,
    claims: new Claims(interests, (ref, signal) => live.get(ref, signal)),
    rules: (kind, signal) => rules.rulesFor(kind, signal),
    close: async () => {
      await cache.close();
      await kube.close();
    },
  };
}

/** Of a Pod that nobody keeps whole its images are known all the same: they are those of what has made it. */
function summaryOfPod(object: KubernetesObject): JsonObject | undefined {
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') return undefined;
  const images = imagesOf(object);
  return images.length === 0 ? undefined : { images };
}
