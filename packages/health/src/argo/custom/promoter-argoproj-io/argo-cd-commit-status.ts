import { count, get, isTrue } from '../value.ts';
import { degraded, healthy, type Check } from '../verdict.ts';
import { onceReady } from './readiness.ts';

/** Health of an ArgoCDCommitStatus of promoter.argoproj.io. */
export const argoCdCommitStatusHealth: Check = onceReady(
  {
    initializing: 'Initializing Argo CD commit status',
    deleting: 'Argo CD commit status is being deleted',
    called: 'Argo CD commit status',
    failed: 'Argo CD commit status reconciliation failed',
    notReady: 'Argo CD commit status reconciliation failed',
    untold: 'Argo CD commit status is not ready yet',
  },
  (object) => {
    const selected = get(object, 'status', 'applicationsSelected');
    const total = isTrue(selected) ? count(selected) : 0;
    return total === 0
      ? degraded('Argo CD commit status has no applications configured')
      : healthy(`Argo CD commit status is healthy and is tracking ${total} applications`);
  },
);
