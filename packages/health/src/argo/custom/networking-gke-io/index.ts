import type { GroupChecks } from '../verdict.ts';
import { managedCertificateHealth } from './managed-certificate.ts';

/** The health checks of networking.gke.io. */
export const networkingGkeIoChecks: GroupChecks = {
  group: 'networking.gke.io',
  kinds: {
    ManagedCertificate: managedCertificateHealth,
  },
};
