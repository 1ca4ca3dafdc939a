import type { Check } from '../verdict.ts';
import { numaflowPhase } from './numaflow-phase.ts';

/** Health of a Vertex of numaflow.numaproj.io. */
export const vertexHealth: Check = numaflowPhase({ progressive: false, paused: ['Paused'] });
