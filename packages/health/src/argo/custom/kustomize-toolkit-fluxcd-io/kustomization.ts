import { fluxReconciliation, unlessSuspended } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a Kustomization of kustomize.toolkit.fluxcd.io. */
export const kustomizationHealth: Check = unlessSuspended(fluxReconciliation({ underWay: 'Unknown', needed: 1 }));
