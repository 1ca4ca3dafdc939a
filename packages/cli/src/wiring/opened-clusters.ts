import { openCluster, type Cluster, type ClusterDefinition, type Clusters, type Log } from '@capstan/controllers';
import type { OpenedCluster } from '@capstan/controllers';
import { connectCluster, type Clock, type ClusterConfig, type FlowLimits, type RequestCount } from '@capstan/kube';
import type { ClusterId, KubernetesObject } from '@capstan/object';

/** How long a cluster has to say that it is there. */
const PROBE_MS = 5_000;

/** What clusters besides the local one are opened with. */
export interface OpenedClustersOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly local: Cluster;
  /** How the local cluster is reached. */
  readonly config: ClusterConfig;
  readonly limits?: Partial<FlowLimits>;
  readonly tracked: (object: KubernetesObject) => boolean;
}

/** The clusters that are open: the local one, and those that controllers open and close. */
export interface OpenedClusters {
  readonly clusters: Clusters;
  open(definition: ClusterDefinition): OpenedCluster;
  /** What has been sent to all but the local one, while they are open. */
  requests(): readonly RequestCount[];
  /** Closes all but the local one. */
  close(): Promise<void>;
}

interface Opened {
  readonly cluster: OpenedCluster;
  readonly requests: () => readonly RequestCount[];
}

/** Keeps the clusters that are open. Each has connections, limits and a cache of its own. */
export function openedClusters(options: OpenedClustersOptions): OpenedClusters {
  const { clock, log, local, tracked } = options;
  const all = new Map<ClusterId, Opened>();
  const open = ({ id, config: given, scope, observer }: ClusterDefinition): OpenedCluster => {
    const config = typeof given === 'function' ? given(options.config) : given;
    const limits = options.limits === undefined ? {} : { limits: options.limits };
    const kube = connectCluster(config, { id, clock, ...limits, ...(observer === undefined ? {} : { observer }) });
    const probing = connectCluster(config, { id, clock, attempts: 1 });
    const made = openCluster(kube, { clock, log, tracked, ...(scope === undefined ? {} : { scope }) });
    const cluster: OpenedCluster = {
      ...made,
      probe: async (signal) => {
        await probing.client().raw({ method: 'GET', path: '/version', signal, timeoutMs: PROBE_MS });
      },
      close: async () => {
        if (all.get(id)?.cluster === cluster) all.delete(id);
        await Promise.all([made.close(), probing.close()]);
      },
    };
    all.set(id, { cluster, requests: () => kube.requests() });
    return cluster;
  };
  return {
    clusters: {
      local,
      get: (id) => (id === local.id ? local : all.get(id)?.cluster),
      list: () => [local, ...[...all.values()].map(({ cluster }) => cluster)],
    },
    open,
    requests: () => [...all.values()].flatMap(({ requests }) => requests()),
    close: async () => {
      await Promise.all([...all.values()].map(({ cluster }) => cluster.close()));
    },
  };
}
