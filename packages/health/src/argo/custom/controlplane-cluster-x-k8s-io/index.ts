import type { GroupChecks } from '../verdict.ts';
import { awsManagedControlPlaneHealth } from './aws-managed-control-plane.ts';

/** The health checks of controlplane.cluster.x-k8s.io. */
export const controlplaneClusterXK8sIoChecks: GroupChecks = {
  group: 'controlplane.cluster.x-k8s.io',
  kinds: {
    AWSManagedControlPlane: awsManagedControlPlaneHealth,
  },
};
