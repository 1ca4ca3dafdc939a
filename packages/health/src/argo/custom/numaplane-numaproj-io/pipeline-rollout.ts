import type { Check } from '../verdict.ts';
import { numaplaneRollout } from './numaplane-rollout.ts';

/** Health of a PipelineRollout of numaplane.numaproj.io. */
export const pipelineRolloutHealth: Check = numaplaneRollout({
  failure: 'PipelineFailed',
  progressive: true,
  paused: 'PipelinePausingOrPaused',
  unclear: 'Unknown Pipeline status',
});
