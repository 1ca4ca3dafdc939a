import type { Check } from '../verdict.ts';
import { gatedEnvironments } from './gated-environments.ts';
import { onceReady } from './readiness.ts';

/** Health of a WebRequestCommitStatus of promoter.argoproj.io. */
export const webRequestCommitStatusHealth: Check = onceReady(
  {
    initializing: 'Initializing web request commit validation',
    deleting: 'WebRequestCommitStatus is being deleted',
    called: 'WebRequestCommitStatus',
    failed: 'Web request commit validation failed',
    notReady: 'Web request commit validation not ready',
    unclear: 'Web request commit validation unknown',
    untold: 'WebRequestCommitStatus Ready condition is missing',
  },
  gatedEnvironments({
    none: 'Web request commit validation reconciled',
    failed: 'Web request validation failed',
    pending: 'Web request validation pending',
    passed: 'Web request validation passed',
  }),
);
