import type { GroupChecks } from '../verdict.ts';
import { deploymentConfigHealth } from './deployment-config.ts';

/** The health checks of apps.openshift.io. */
export const appsOpenshiftIoChecks: GroupChecks = {
  group: 'apps.openshift.io',
  kinds: {
    DeploymentConfig: deploymentConfigHealth,
  },
};
