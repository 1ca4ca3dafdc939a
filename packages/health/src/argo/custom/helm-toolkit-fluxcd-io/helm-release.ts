import { fluxReconciliation, unlessSuspended } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a HelmRelease of helm.toolkit.fluxcd.io. */
export const helmReleaseHealth: Check = unlessSuspended(
  fluxReconciliation({ underWay: 'Unknown', successes: ['Released', 'TestSuccess'], needed: 2 }),
);
