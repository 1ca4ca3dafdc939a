import type { GroupChecks } from '../verdict.ts';
import { clusterResourceSetHealth } from './cluster-resource-set.ts';

/** The health checks of addons.cluster.x-k8s.io. */
export const addonsClusterXK8sIoChecks: GroupChecks = {
  group: 'addons.cluster.x-k8s.io',
  kinds: {
    ClusterResourceSet: clusterResourceSetHealth,
  },
};
