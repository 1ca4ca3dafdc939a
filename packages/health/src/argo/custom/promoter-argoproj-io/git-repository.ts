import { healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of a GitRepository of promoter.argoproj.io. */
export const gitRepositoryHealth: Check = onceReady(
  {
    initializing: 'Initializing Git repository',
    deleting: 'GitRepository is being deleted.',
    finalizers: {
      'gitrepository.promoter.argoproj.io/finalizer': {
        wait: 'Waiting until no non-deleting PullRequests still reference this repository.',
        risk: 'repository metadata may be removed while promotions still depend on it.',
      },
    },
    called: 'GitRepository',
    failed: 'Git repository validation failed',
    notReady: 'Git repository not ready',
    unclear: 'Git repository readiness unknown',
    untold: 'GitRepository Ready condition is missing',
  },
  () => healthy('Git repository is ready'),
);
