import type { GroupChecks } from '../verdict.ts';
import { clusterHealth } from './cluster.ts';

/** The health checks of cassandra.rook.io. */
export const cassandraRookIoChecks: GroupChecks = {
  group: 'cassandra.rook.io',
  kinds: {
    Cluster: clusterHealth,
  },
};
