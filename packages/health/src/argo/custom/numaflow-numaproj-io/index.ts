import type { GroupChecks } from '../verdict.ts';
import { interStepBufferServiceHealth } from './inter-step-buffer-service.ts';
import { monoVertexHealth } from './mono-vertex.ts';
import { pipelineHealth } from './pipeline.ts';
import { vertexHealth } from './vertex.ts';

/** The health checks of numaflow.numaproj.io. */
export const numaflowNumaprojIoChecks: GroupChecks = {
  group: 'numaflow.numaproj.io',
  kinds: {
    InterStepBufferService: interStepBufferServiceHealth,
    MonoVertex: monoVertexHealth,
    Pipeline: pipelineHealth,
    Vertex: vertexHealth,
  },
};
