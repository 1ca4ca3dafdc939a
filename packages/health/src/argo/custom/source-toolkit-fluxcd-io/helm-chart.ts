import { fluxSource } from '../flux-reconciliation.ts';
import type { Check } from '../verdict.ts';

/** Health of a HelmChart of source.toolkit.fluxcd.io. */
export const helmChartHealth: Check = fluxSource;
