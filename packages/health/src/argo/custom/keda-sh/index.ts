import type { GroupChecks } from '../verdict.ts';
import { scaledJobHealth } from './scaled-job.ts';
import { scaledObjectHealth } from './scaled-object.ts';

/** The health checks of keda.sh. */
export const kedaShChecks: GroupChecks = {
  group: 'keda.sh',
  kinds: {
    ScaledJob: scaledJobHealth,
    ScaledObject: scaledObjectHealth,
  },
};
