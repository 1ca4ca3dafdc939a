import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a CertificatePolicy of policy.open-cluster-management.io. */
export const certificatePolicyHealth: Check = valueTable(
  ['status', 'compliant'],
  { Compliant: healthy('All certificates found comply with the policy') },
  progressing('Waiting for the status to be reported'),
  degraded('At least once certificate does not comply with the policy'),
);
