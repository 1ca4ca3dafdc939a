import type { GroupChecks } from '../verdict.ts';
import { perconaXtraDbClusterHealth } from './percona-xtra-db-cluster.ts';

/** The health checks of pxc.percona.com. */
export const pxcPerconaComChecks: GroupChecks = {
  group: 'pxc.percona.com',
  kinds: {
    PerconaXtraDBCluster: perconaXtraDbClusterHealth,
  },
};
