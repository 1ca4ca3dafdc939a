import type { GroupChecks } from '../verdict.ts';
import { rolloutHealth } from './rollout.ts';

/** The health checks of rollouts.kruise.io. */
export const rolloutsKruiseIoChecks: GroupChecks = {
  group: 'rollouts.kruise.io',
  kinds: {
    Rollout: rolloutHealth,
  },
};
