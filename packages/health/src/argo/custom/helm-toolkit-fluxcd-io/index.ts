import type { GroupChecks } from '../verdict.ts';
import { helmReleaseHealth } from './helm-release.ts';

/** The health checks of helm.toolkit.fluxcd.io. */
export const helmToolkitFluxcdIoChecks: GroupChecks = {
  group: 'helm.toolkit.fluxcd.io',
  kinds: {
    HelmRelease: helmReleaseHealth,
  },
};
