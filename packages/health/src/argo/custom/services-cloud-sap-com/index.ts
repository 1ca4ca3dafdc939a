import type { GroupChecks } from '../verdict.ts';
import { serviceBindingHealth } from './service-binding.ts';
import { serviceInstanceHealth } from './service-instance.ts';

/** The health checks of services.cloud.sap.com. */
export const servicesCloudSapComChecks: GroupChecks = {
  group: 'services.cloud.sap.com',
  kinds: {
    ServiceBinding: serviceBindingHealth,
    ServiceInstance: serviceInstanceHealth,
  },
};
