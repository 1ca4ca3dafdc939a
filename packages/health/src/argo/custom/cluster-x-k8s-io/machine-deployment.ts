import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';
import { unlessPaused } from './unless-paused.ts';

/** Health of a MachineDeployment of cluster.x-k8s.io. */
export const machineDeploymentHealth: Check = unlessPaused(
  suspended('MachineDeployment is paused'),
  valueTable(
    ['status', 'phase'],
    {
      Running: healthy('Machines are running under this deployment'),
      ScalingUp: progressing('Cluster is spawning machines'),
      ScalingDown: progressing('Cluster is stopping machines'),
      Failed: degraded('MachineDeployment is failed'),
    },
    progressing('Waiting for machines'),
  ),
);
