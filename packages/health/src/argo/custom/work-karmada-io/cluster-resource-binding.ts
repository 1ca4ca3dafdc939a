import { count } from '../value.ts';
import type { Check } from '../verdict.ts';
import { aggregatedStatus } from './aggregated-status.ts';

/** Health of a ClusterResourceBinding of work.karmada.io. */
export const clusterResourceBindingHealth: Check = aggregatedStatus(
  (clusters) => clusters !== undefined && count(clusters) > 0,
);
