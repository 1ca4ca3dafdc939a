import type { GroupChecks } from '../verdict.ts';
import { canaryHealth } from './canary.ts';

/** The health checks of flagger.app. */
export const flaggerAppChecks: GroupChecks = {
  group: 'flagger.app',
  kinds: {
    Canary: canaryHealth,
  },
};
