import type { Check } from '../verdict.ts';
import { sapService } from './sap-service.ts';

/** Health of a ServiceInstance of services.cloud.sap.com. */
export const serviceInstanceHealth: Check = sapService;
