import type { GroupChecks } from '../verdict.ts';
import { spotDeploymentHealth } from './spot-deployment.ts';

/** The health checks of spot.io. */
export const spotIoChecks: GroupChecks = {
  group: 'spot.io',
  kinds: {
    SpotDeployment: spotDeploymentHealth,
  },
};
