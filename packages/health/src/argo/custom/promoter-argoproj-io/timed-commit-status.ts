import type { Check } from '../verdict.ts';
import { gatedEnvironments } from './gated-environments.ts';
import { onceReady } from './readiness.ts';

/** Health of a TimedCommitStatus of promoter.argoproj.io. */
export const timedCommitStatusHealth: Check = onceReady(
  {
    initializing: 'Initializing timed commit gate',
    deleting: 'TimedCommitStatus is being deleted',
    called: 'TimedCommitStatus',
    failed: 'Timed commit gate failed',
    notReady: 'Timed commit gate not ready',
    unclear: 'Timed commit gate status unknown',
    untold: 'TimedCommitStatus Ready condition is missing',
  },
  gatedEnvironments({
    none: 'Timed commit gate reconciled',
    failed: 'Timed commit gate failed',
    pending: 'Timed commit gate pending',
    passed: 'Timed commit gate satisfied',
  }),
);
