import type { Check } from '../verdict.ts';
import { numaplaneRollout } from './numaplane-rollout.ts';

/** Health of a NumaflowControllerRollout of numaplane.numaproj.io. */
export const numaflowControllerRolloutHealth: Check = numaplaneRollout({
  failure: { not: 'Progressing' },
  progressive: false,
  unclear: 'Unknown status',
});
