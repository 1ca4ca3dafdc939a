import { fields, get, isTrue, text } from '../value.ts';
import { healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of a PullRequest of promoter.argoproj.io. */
export const pullRequestHealth: Check = onceReady(
  {
    types: ['Reconciled', 'Ready'],
    initializing: 'Initializing pull request',
    deleting: 'Pull request is being deleted.',
    finalizers: {
      'pullrequest.promoter.argoproj.io/finalizer': {
        wait: 'Waiting for SCM closure or reconciliation of the pull request.',
        risk: 'the real PR can stay open after the CR is gone.',
      },
      'changetransferpolicy.promoter.argoproj.io/pullrequest-finalizer': {
        wait: 'Waiting for the ChangeTransferPolicy to observe PR identity and state.',
        risk: 'promotion status or history can be wrong or racy.',
      },
    },
    called: 'pull request',
    failed: 'Pull request reconciliation failed',
    notReady: 'Pull request reconciliation failed',
    untold: 'Pull request is not ready yet',
  },
  (object) => {
    const { id, state } = fields(get(object, 'status'), 'id', 'state');
    if (!isTrue(id) || !isTrue(state)) return healthy('Pull request is healthy');
    return healthy(text`Pull request is ${state} as PR ${id}`);
  },
);
