import type { Check } from '../verdict.ts';
import { numaplaneRollout } from './numaplane-rollout.ts';

/** Health of an ISBServiceRollout of numaplane.numaproj.io. */
export const isbServiceRolloutHealth: Check = numaplaneRollout({
  failure: 'ISBSvcFailed',
  progressive: true,
  unclear: 'Unknown status',
});
