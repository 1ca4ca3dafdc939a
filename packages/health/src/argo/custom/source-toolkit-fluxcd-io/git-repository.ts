import { fluxSource } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a GitRepository of source.toolkit.fluxcd.io. */
export const gitRepositoryHealth: Check = fluxSource;
