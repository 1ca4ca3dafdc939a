import type { GroupChecks } from '../verdict.ts';
import { providerHealth } from './provider.ts';

/** The health checks of pkg.crossplane.io. */
export const pkgCrossplaneIoChecks: GroupChecks = {
  group: 'pkg.crossplane.io',
  kinds: {
    Provider: providerHealth,
  },
};
