import type { GroupChecks } from '../verdict.ts';
import { certificateHealth } from './certificate.ts';
import { issuerHealth } from './issuer.ts';

/** The health checks of certmanager.k8s.io. */
export const certmanagerK8sIoChecks: GroupChecks = {
  group: 'certmanager.k8s.io',
  kinds: {
    Certificate: certificateHealth,
    Issuer: issuerHealth,
  },
};
