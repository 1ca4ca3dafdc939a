import { healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of a ClusterScmProvider of promoter.argoproj.io. */
export const clusterScmProviderHealth: Check = onceReady(
  {
    initializing: 'Initializing cluster SCM provider',
    deleting: 'ClusterScmProvider is being deleted.',
    finalizers: {
      'clusterscmprovider.promoter.argoproj.io/finalizer': {
        wait: 'Waiting until no GitRepository still references this cluster-wide SCM provider.',
        risk: 'GitRepository objects can reference a provider that no longer exists.',
      },
    },
    called: 'ClusterScmProvider',
    failed: 'Cluster SCM provider validation failed',
    notReady: 'Cluster SCM provider not ready',
    unclear: 'Cluster SCM provider readiness unknown',
    untold: 'ClusterScmProvider Ready condition is missing',
  },
  () => healthy('Cluster SCM provider is ready'),
);
