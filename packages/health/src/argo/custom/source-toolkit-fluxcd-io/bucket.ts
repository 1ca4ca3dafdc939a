import { fluxSource } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a Bucket of source.toolkit.fluxcd.io. */
export const bucketHealth: Check = fluxSource;
