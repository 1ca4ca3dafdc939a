import type { Check } from '../verdict.ts';
import { numaflowPhase } from './numaflow-phase.ts';

/** Health of an InterStepBufferService of numaflow.numaproj.io. */
export const interStepBufferServiceHealth: Check = numaflowPhase({ progressive: true, paused: [] });
