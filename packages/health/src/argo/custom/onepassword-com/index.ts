import type { GroupChecks } from '../verdict.ts';
import { onePasswordItemHealth } from './one-password-item.ts';

/** The health checks of onepassword.com. */
export const onepasswordComChecks: GroupChecks = {
  group: 'onepassword.com',
  kinds: {
    OnePasswordItem: onePasswordItemHealth,
  },
};
