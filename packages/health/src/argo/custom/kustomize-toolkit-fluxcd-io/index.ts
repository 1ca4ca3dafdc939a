import type { GroupChecks } from '../verdict.ts';
import { kustomizationHealth } from './kustomization.ts';

/** The health checks of kustomize.toolkit.fluxcd.io. */
export const kustomizeToolkitFluxcdIoChecks: GroupChecks = {
  group: 'kustomize.toolkit.fluxcd.io',
  kinds: {
    Kustomization: kustomizationHealth,
  },
};
