import { fluxSource } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of an OCIRepository of source.toolkit.fluxcd.io. */
export const ociRepositoryHealth: Check = fluxSource;
