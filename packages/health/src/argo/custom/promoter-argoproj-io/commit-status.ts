import { fields, get, isTrue, text } from '../value.ts';
import { healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of a CommitStatus of promoter.argoproj.io. */
export const commitStatusHealth: Check = onceReady(
  {
    initializing: 'Initializing commit status',
    deleting: 'Commit status is being deleted',
    called: 'commit status',
    failed: 'Commit status reconciliation failed',
    notReady: 'Commit status reconciliation failed',
    untold: 'Commit status is not ready yet',
  },
  (object) => {
    const { sha, phase } = fields(get(object, 'status'), 'sha', 'phase');
    if (!isTrue(sha) || !isTrue(phase)) return healthy('Commit status is healthy');
    return healthy(text`Commit status for commit ${sha} reports ${phase}`);
  },
);
