import { fluxReconciliation } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of an ImagePolicy of image.toolkit.fluxcd.io. */
export const imagePolicyHealth: Check = fluxReconciliation({
  underWay: 'False',
  needed: 1,
  reasons: ['NewGeneration', 'AccessingRepository', 'ApplyingPolicy'],
});
