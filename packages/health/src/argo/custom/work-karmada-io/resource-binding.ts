import { count } from '../value.ts';
import type { Check } from '../verdict.ts';
import { aggregatedStatus } from './aggregated-status.ts';

/** Health of a ResourceBinding of work.karmada.io. */
export const resourceBindingHealth: Check = aggregatedStatus(
  (clusters) => clusters === undefined || count(clusters) > 0,
);
