import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of *.crossplane.io. */
export const anyCrossplaneIoChecks: GroupChecks = {
  group: '*.crossplane.io',
  kinds: {
    '*': anyKindHealth,
  },
};
