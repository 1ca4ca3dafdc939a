import type { GroupChecks } from '../verdict.ts';
import { routeHealth } from './route.ts';

/** The health checks of route.openshift.io. */
export const routeOpenshiftIoChecks: GroupChecks = {
  group: 'route.openshift.io',
  kinds: {
    Route: routeHealth,
  },
};
