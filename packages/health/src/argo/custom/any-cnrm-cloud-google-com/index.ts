import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of *.cnrm.cloud.google.com. */
export const anyCnrmCloudGoogleComChecks: GroupChecks = {
  group: '*.cnrm.cloud.google.com',
  kinds: {
    '*': anyKindHealth,
  },
};
