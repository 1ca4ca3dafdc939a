import type { GroupChecks } from '../verdict.ts';
import { stackHealth } from './stack.ts';

/** The health checks of pulumi.com. */
export const pulumiComChecks: GroupChecks = {
  group: 'pulumi.com',
  kinds: {
    Stack: stackHealth,
  },
};
