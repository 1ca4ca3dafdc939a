import type { GroupChecks } from '../verdict.ts';
import { shootHealth } from './shoot.ts';

/** The health checks of core.gardener.cloud. */
export const coreGardenerCloudChecks: GroupChecks = {
  group: 'core.gardener.cloud',
  kinds: {
    Shoot: shootHealth,
  },
};
