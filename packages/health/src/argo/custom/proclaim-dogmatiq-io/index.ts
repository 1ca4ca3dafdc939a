import type { GroupChecks } from '../verdict.ts';
import { dnssdServiceInstanceHealth } from './dnssd-service-instance.ts';

/** The health checks of proclaim.dogmatiq.io. */
export const proclaimDogmatiqIoChecks: GroupChecks = {
  group: 'proclaim.dogmatiq.io',
  kinds: {
    DNSSDServiceInstance: dnssdServiceInstanceHealth,
  },
};
