import type { GroupChecks } from '../verdict.ts';
import { iamroleHealth } from './iamrole.ts';

/** The health checks of iammanager.keikoproj.io. */
export const iammanagerKeikoprojIoChecks: GroupChecks = {
  group: 'iammanager.keikoproj.io',
  kinds: {
    Iamrole: iamroleHealth,
  },
};
