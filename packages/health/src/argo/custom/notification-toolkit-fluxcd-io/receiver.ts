import { fluxReconciliation, unlessSuspended } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a Receiver of notification.toolkit.fluxcd.io. */
export const receiverHealth: Check = unlessSuspended(
  fluxReconciliation({ underWay: 'False', needed: 1, twice: 'Degraded' }),
);
