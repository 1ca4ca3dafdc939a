import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, unknown, type Check } from '../verdict.ts';

/** Health of a Shoot of core.gardener.cloud. */
export const shootHealth: Check = valueTable(
  ['metadata', 'labels', 'shoot.gardener.cloud/status'],
  {
    healthy: healthy('Component state: Healthy'),
    progressing: progressing('Component state: Update in progress'),
    unhealthy: degraded('Component state: Unhealthy'),
    unknown: unknown('Component state: Unknown'),
  },
  progressing('Update in progress'),
);
