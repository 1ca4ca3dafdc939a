import type { GroupChecks } from '../verdict.ts';
import { storageClusterHealth } from './storage-cluster.ts';

/** The health checks of ocs.openshift.io. */
export const ocsOpenshiftIoChecks: GroupChecks = {
  group: 'ocs.openshift.io',
  kinds: {
    StorageCluster: storageClusterHealth,
  },
};
