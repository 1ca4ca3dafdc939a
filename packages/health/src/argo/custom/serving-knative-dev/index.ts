import type { GroupChecks } from '../verdict.ts';
import { serviceHealth } from './service.ts';

/** The health checks of serving.knative.dev. */
export const servingKnativeDevChecks: GroupChecks = {
  group: 'serving.knative.dev',
  kinds: {
    Service: serviceHealth,
  },
};
