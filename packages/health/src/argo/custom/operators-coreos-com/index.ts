import type { GroupChecks } from '../verdict.ts';
import { subscriptionHealth } from './subscription.ts';

/** The health checks of operators.coreos.com. */
export const operatorsCoreosComChecks: GroupChecks = {
  group: 'operators.coreos.com',
  kinds: {
    Subscription: subscriptionHealth,
  },
};
