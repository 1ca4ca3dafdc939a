import type { Check } from '../verdict.ts';
import { numaplaneRollout } from './numaplane-rollout.ts';

/** Health of a MonoVertexRollout of numaplane.numaproj.io. */
export const monoVertexRolloutHealth: Check = numaplaneRollout({
  failure: 'MonoVertexFailed',
  progressive: true,
  paused: 'MonoVertexPausingOrPaused',
  unclear: 'Unknown MonoVertex status',
});
