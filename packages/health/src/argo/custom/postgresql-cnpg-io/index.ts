import type { GroupChecks } from '../verdict.ts';
import { clusterHealth } from './cluster.ts';

/** The health checks of postgresql.cnpg.io. */
export const postgresqlCnpgIoChecks: GroupChecks = {
  group: 'postgresql.cnpg.io',
  kinds: {
    Cluster: clusterHealth,
  },
};
