import { get, list, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a ManagedCertificate of GKE: Degraded once one of its domains cannot be seen. */
export const managedCertificateHealth: Check = (object) => {
  const domains = peek(object, 'status', 'domainStatus');
  const hasFailed = domains !== undefined && list(domains).some((one) => get(one, 'status') === 'FailedNotVisible');
  if (hasFailed) return degraded('At least one certificate has failed to be provisioned');
  return peek(object, 'status', 'certificateStatus') === 'Active'
    ? healthy('All certificates are active')
    : progressing('At least one certificate is still being provisioned');
};
