import type { GroupChecks } from '../verdict.ts';
import { functionHealth } from './function.ts';

/** The health checks of openfaas.com. */
export const openfaasComChecks: GroupChecks = {
  group: 'openfaas.com',
  kinds: {
    Function: functionHealth,
  },
};
