import type { GroupChecks } from '../verdict.ts';
import { certificateHealth } from './certificate.ts';
import { clusterIssuerHealth } from './cluster-issuer.ts';
import { issuerHealth } from './issuer.ts';

/** The health checks of cert-manager.io. */
export const certManagerIoChecks: GroupChecks = {
  group: 'cert-manager.io',
  kinds: {
    Certificate: certificateHealth,
    ClusterIssuer: clusterIssuerHealth,
    Issuer: issuerHealth,
  },
};
