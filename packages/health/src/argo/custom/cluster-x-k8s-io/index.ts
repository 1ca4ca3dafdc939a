import type { GroupChecks } from '../verdict.ts';
import { clusterHealth } from './cluster.ts';
import { machineHealth } from './machine.ts';
import { machineDeploymentHealth } from './machine-deployment.ts';
import { machineHealthCheckHealth } from './machine-health-check.ts';
import { machinePoolHealth } from './machine-pool.ts';

/** The health checks of cluster.x-k8s.io. */
export const clusterXK8sIoChecks: GroupChecks = {
  group: 'cluster.x-k8s.io',
  kinds: {
    Cluster: clusterHealth,
    Machine: machineHealth,
    MachineDeployment: machineDeploymentHealth,
    MachineHealthCheck: machineHealthCheckHealth,
    MachinePool: machinePoolHealth,
  },
};
