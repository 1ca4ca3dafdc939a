import type { Check } from '../verdict.ts';
import { numaflowPhase } from './numaflow-phase.ts';

/** Health of a Pipeline of numaflow.numaproj.io. */
export const pipelineHealth: Check = numaflowPhase({
  unhealthy: 'Subresources are unhealthy',
  progressive: true,
  paused: ['Paused', 'Pausing'],
});
