import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of microgateway.airlock.com. */
export const microgatewayAirlockComChecks: GroupChecks = {
  group: 'microgateway.airlock.com',
  kinds: {
    '*': anyKindHealth,
  },
};
