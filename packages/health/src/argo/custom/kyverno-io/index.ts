import type { GroupChecks } from '../verdict.ts';
import { policyHealth } from './policy.ts';

/** The health checks of kyverno.io. */
export const kyvernoIoChecks: GroupChecks = {
  group: 'kyverno.io',
  kinds: {
    Policy: policyHealth,
  },
};
