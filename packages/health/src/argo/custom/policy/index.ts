import type { GroupChecks } from '../verdict.ts';
import { podDisruptionBudgetHealth } from './pod-disruption-budget.ts';

/** The health checks of policy. */
export const policyChecks: GroupChecks = {
  group: 'policy',
  kinds: {
    PodDisruptionBudget: podDisruptionBudgetHealth,
  },
};
