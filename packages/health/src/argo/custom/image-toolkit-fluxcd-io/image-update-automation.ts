import { fluxReconciliation, unlessSuspended } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of an ImageUpdateAutomation of image.toolkit.fluxcd.io. */
export const imageUpdateAutomationHealth: Check = unlessSuspended(
  fluxReconciliation({ underWay: 'Unknown', needed: 1 }),
);
