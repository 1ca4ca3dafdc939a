import type { GroupChecks } from '../verdict.ts';
import { tenantHealth } from './tenant.ts';

/** The health checks of minio.min.io. */
export const minioMinIoChecks: GroupChecks = {
  group: 'minio.min.io',
  kinds: {
    Tenant: tenantHealth,
  },
};
