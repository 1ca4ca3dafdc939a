import { healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of a ScmProvider of promoter.argoproj.io. */
export const scmProviderHealth: Check = onceReady(
  {
    initializing: 'Initializing SCM provider',
    deleting: 'ScmProvider is being deleted.',
    finalizers: {
      'scmprovider.promoter.argoproj.io/finalizer': {
        wait: 'Waiting until no GitRepository in this namespace still references this provider.',
        risk: 'GitRepository objects can reference a provider that no longer exists.',
      },
    },
    called: 'ScmProvider',
    failed: 'SCM provider validation failed',
    notReady: 'SCM provider not ready',
    unclear: 'SCM provider readiness unknown',
    untold: 'ScmProvider Ready condition is missing',
  },
  () => healthy('SCM provider is ready'),
);
