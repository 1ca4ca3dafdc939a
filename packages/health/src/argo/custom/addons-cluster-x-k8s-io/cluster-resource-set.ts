import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a ClusterResourceSet of addons.cluster.x-k8s.io. */
export const clusterResourceSetHealth: Check = firstCondition(
  [
    on('ResourcesApplied', 'True', 'Healthy', 'cluster resource set is applied'),
    on('ResourcesApplied', 'False', 'Degraded'),
  ],
  progressing('Initializing cluster resource set'),
);
