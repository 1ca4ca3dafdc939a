import type { KubernetesObject } from '@capstan/object';
import { get } from '../value.ts';
import { healthy, progressing, type Check, type Verdict } from '../verdict.ts';
import { countStatuses, hashAt, shortHash } from './commit-statuses.ts';
import { onceReady } from './readiness.ts';

function byCommits(object: KubernetesObject): Verdict {
  const status = get(object, 'status');
  const from = hashAt(status, 'active', 'dry', 'sha');
  if (from === undefined) return progressing('The active commit DRY SHA is missing or empty.');
  const to = hashAt(status, 'proposed', 'dry', 'sha');
  if (to === undefined) return progressing('The proposed commit DRY SHA is missing or empty.');
  if (to !== from) {
    const statuses = countStatuses(get(status, 'proposed'));
    return progressing(`Promotion in progress from '${shortHash(from)}' to '${shortHash(to)}': ${statuses.words()}`);
  }
  const statuses = countStatuses(get(status, 'active'));
  return statuses.pending > 0 || statuses.failed > 0
    ? healthy(`Environment is up-to-date, but there are non-successful active commit statuses: ${statuses.words()}`)
    : healthy(`Environment is up-to-date on commit ${shortHash(from)}.`);
}

/** Health of a ChangeTransferPolicy of the GitOps Promoter: ready, and no promotion under way. */
export const changeTransferPolicyHealth: Check = onceReady(
  {
    initializing: 'Initializing change transfer policy',
    deleting: 'Change transfer policy is being deleted.',
    finalizers: {
      'changetransferpolicy.promoter.argoproj.io/finalizer': {
        wait: 'Waiting to clear related PullRequest finalizers and finish cleanup before this policy is removed.',
        risk:
          "The 'changetransferpolicy.promoter.argoproj.io/pullrequest-finalizer' finalizer may not be cleaned up " +
          'from PullRequests owned by this ChangeTransferPolicy.',
      },
    },
    called: 'change transfer policy',
    failed: 'Change transfer policy reconciliation failed',
    notReady: 'Change transfer policy reconciliation failed',
    untold: 'Change transfer policy is not ready yet',
  },
  byCommits,
);
