import type { GroupChecks } from '../verdict.ts';
import { dbClusterHealth } from './db-cluster.ts';
import { dbInstanceHealth } from './db-instance.ts';

/** The health checks of rds.aws.crossplane.io. */
export const rdsAwsCrossplaneIoChecks: GroupChecks = {
  group: 'rds.aws.crossplane.io',
  kinds: {
    DBCluster: dbClusterHealth,
    DBInstance: dbInstanceHealth,
  },
};
