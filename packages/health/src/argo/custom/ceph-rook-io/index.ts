import type { GroupChecks } from '../verdict.ts';
import { cephClusterHealth } from './ceph-cluster.ts';
import { cephObjectStoreHealth } from './ceph-object-store.ts';

/** The health checks of ceph.rook.io. */
export const cephRookIoChecks: GroupChecks = {
  group: 'ceph.rook.io',
  kinds: {
    CephCluster: cephClusterHealth,
    CephObjectStore: cephObjectStoreHealth,
  },
};
