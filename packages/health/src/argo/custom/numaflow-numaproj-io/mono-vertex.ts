import type { Check } from '../verdict.ts';
import { numaflowPhase } from './numaflow-phase.ts';

/** Health of a MonoVertex of numaflow.numaproj.io. */
export const monoVertexHealth: Check = numaflowPhase({
  unhealthy: 'Subresources are unhealthy',
  progressive: true,
  paused: ['Paused'],
});
