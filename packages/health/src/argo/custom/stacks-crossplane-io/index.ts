import type { GroupChecks } from '../verdict.ts';
import { clusterStackInstallHealth } from './cluster-stack-install.ts';

/** The health checks of stacks.crossplane.io. */
export const stacksCrossplaneIoChecks: GroupChecks = {
  group: 'stacks.crossplane.io',
  kinds: {
    ClusterStackInstall: clusterStackInstallHealth,
  },
};
