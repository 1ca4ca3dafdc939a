import type { Cluster } from '../../runtime/cluster.ts';
import { Confirmations } from '../../runtime/confirmations.ts';
import { HealBackoff } from '../../runtime/heal-backoff.ts';
import { OrphanWatch } from '../project/orphan-watch.ts';
import { CanonicalForms } from '../compare/canonical-forms.ts';
import { CompareMemo } from '../compare/compare-object.ts';
import type { ClusterReach } from '../../runtime/cluster-reach.ts';
import type { Lane } from './lane.ts';

/** A cluster that Applications go to, as Argo CD knows it, and what has been learnt of its objects. */
export interface DestinationCluster {
  /** Its address: what `spec.destination.server` names. */
  readonly server: string;
  /** What `spec.destination.name` names. */
  readonly name: string;
  /** The project that alone may use it; empty where any may. */
  readonly project: string;
  /** The namespaces to which its Secret confines it; none where all of it is there. */
  readonly namespaces: readonly string[];
  /** Whether objects without a namespace are there too, where it is confined. */
  readonly clusterResources: boolean;
  readonly cluster: Cluster;
  /** Whether it can be reached; undefined for the cluster that Applications live in: without it nothing works anyway. */
  readonly reach: ClusterReach | undefined;
  /** Takes turns, so that a slow cluster holds up no other; undefined for the cluster that Applications live in. */
  readonly lane: Lane | undefined;
  readonly forms: CanonicalForms;
  readonly memo: CompareMemo;
  readonly confirmations: Confirmations;
  readonly heals: HealBackoff;
  /** Who asks for what belongs to nobody. */
  readonly orphans: OrphanWatch;
  /** Objects that have been deleted for an Application, by uid, and when: they are on their way. */
  readonly deleted: Map<string, number>;
}

/** What a destination is called, and who may use what of it. */
export type DestinationAddress = Pick<
  DestinationCluster,
  'server' | 'name' | 'project' | 'namespaces' | 'clusterResources'
>;

/** A destination of which nothing has been learnt yet. */
export function destinationCluster(
  address: DestinationAddress,
  cluster: Cluster,
  way: Pick<DestinationCluster, 'reach' | 'lane'> = { reach: undefined, lane: undefined },
): DestinationCluster {
  return {
    ...address,
    ...way,
    cluster,
    forms: new CanonicalForms(),
    memo: new CompareMemo(),
    confirmations: new Confirmations(),
    heals: new HealBackoff(),
    orphans: new OrphanWatch(cluster.cache),
    deleted: new Map(),
  };
}
