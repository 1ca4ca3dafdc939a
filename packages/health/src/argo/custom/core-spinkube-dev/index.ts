import type { GroupChecks } from '../verdict.ts';
import { spinAppHealth } from './spin-app.ts';

/** The health checks of core.spinkube.dev. */
export const coreSpinkubeDevChecks: GroupChecks = {
  group: 'core.spinkube.dev',
  kinds: {
    SpinApp: spinAppHealth,
  },
};
