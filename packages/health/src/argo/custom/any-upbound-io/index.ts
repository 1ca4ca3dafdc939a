import type { GroupChecks } from '../verdict.ts';
import { anyKindHealth } from './any-kind.ts';

/** The health checks of *.upbound.io. */
export const anyUpboundIoChecks: GroupChecks = {
  group: '*.upbound.io',
  kinds: {
    '*': anyKindHealth,
  },
};
