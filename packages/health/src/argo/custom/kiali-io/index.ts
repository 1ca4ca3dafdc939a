import type { GroupChecks } from '../verdict.ts';
import { kialiHealth } from './kiali.ts';

/** The health checks of kiali.io. */
export const kialiIoChecks: GroupChecks = {
  group: 'kiali.io',
  kinds: {
    Kiali: kialiHealth,
  },
};
