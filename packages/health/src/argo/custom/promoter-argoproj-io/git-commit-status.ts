import type { Check } from '../verdict.ts';
import { gatedEnvironments } from './gated-environments.ts';
import { onceReady } from './readiness.ts';

/** Health of a GitCommitStatus of promoter.argoproj.io. */
export const gitCommitStatusHealth: Check = onceReady(
  {
    initializing: 'Initializing git commit validation',
    deleting: 'GitCommitStatus is being deleted',
    called: 'GitCommitStatus',
    failed: 'Git commit validation failed',
    notReady: 'Git commit validation not ready',
    unclear: 'Git commit validation status unknown',
    untold: 'GitCommitStatus Ready condition is missing',
  },
  gatedEnvironments({
    none: 'Git commit validation reconciled',
    failed: 'Git commit validation failed',
    pending: 'Git commit validation pending',
    passed: 'Git commit validation passed',
  }),
);
