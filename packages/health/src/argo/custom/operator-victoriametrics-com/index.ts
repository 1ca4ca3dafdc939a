import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of operator.victoriametrics.com. */
export const operatorVictoriametricsComChecks: GroupChecks = {
  group: 'operator.victoriametrics.com',
  kinds: {
    '*': anyKindHealth,
  },
};
