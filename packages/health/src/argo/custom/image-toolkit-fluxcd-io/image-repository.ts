import { fluxReconciliation, unlessSuspended } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of an ImageRepository of image.toolkit.fluxcd.io. */
export const imageRepositoryHealth: Check = unlessSuspended(
  fluxReconciliation({ underWay: 'False', needed: 1, reasons: ['NewGeneration', 'Scanning'] }),
);
