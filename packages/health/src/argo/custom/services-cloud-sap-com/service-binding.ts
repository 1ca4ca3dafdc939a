import type { Check } from '../verdict.ts';
import { sapService } from './sap-service.ts';

/** Health of a ServiceBinding of services.cloud.sap.com. */
export const serviceBindingHealth: Check = sapService;
