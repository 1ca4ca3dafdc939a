import type { GroupChecks } from '../verdict.ts';
import { flinkDeploymentHealth } from './flink-deployment.ts';

/** The health checks of flink.apache.org. */
export const flinkApacheOrgChecks: GroupChecks = {
  group: 'flink.apache.org',
  kinds: {
    FlinkDeployment: flinkDeploymentHealth,
  },
};
