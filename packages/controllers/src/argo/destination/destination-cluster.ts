import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import { HealBackoff } from '../../runtime/heal-backoff.ts';
import { OrphanWatch } from '../project/orphan-watch.ts';
import { CanonicalForms } from '../compare/canonical-forms.ts';
import { CompareMemo } from '../compare/compare-object.ts';

/** A cluster that Applications go to, as Argo CD knows it, and what has been learnt of its objects. */
export interface DestinationCluster {
  /** Its address: what `spec.destination.server` names. */
  readonly server: string;
  /** What `spec.destination.name` names. */
  readonly name: string;
  /** The project that alone may use it; empty where any may. */
  readonly project: string;
  /** The namespaces to which its Secret confines it; none where it has all. */
  readonly namespaces: readonly string[];
  readonly cluster: Cluster;
  readonly forms: CanonicalForms;
  readonly memo: CompareMemo;
  readonly confirmations: Confirmations;
  readonly heals: HealBackoff;
  /** Who asks for what belongs to nobody. */
  readonly orphans: OrphanWatch;
  /** Objects that have been deleted for an Application, by uid, and when: they are on their way. */
  readonly deleted: Map<string, number>;
}

/** A destination of which nothing has been learnt yet. */
export function destinationCluster(
  address: Pick<DestinationCluster, 'server' | 'name' | 'project' | 'namespaces'>,
  cluster: Cluster,
): DestinationCluster {
  return {
    ...address,
    cluster,
    forms: new CanonicalForms(),
    memo: new CompareMemo(),
    confirmations: new Confirmations(),
    heals: new HealBackoff(),
    orphans: new OrphanWatch(cluster.cache),
    deleted: new Map(),
  };
}
