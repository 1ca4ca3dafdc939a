import type { GroupChecks } from '../verdict.ts';
import { isbServiceRolloutHealth } from './isb-service-rollout.ts';
import { monoVertexRolloutHealth } from './mono-vertex-rollout.ts';
import { numaflowControllerRolloutHealth } from './numaflow-controller-rollout.ts';
import { pipelineRolloutHealth } from './pipeline-rollout.ts';

/** The health checks of numaplane.numaproj.io. */
export const numaplaneNumaprojIoChecks: GroupChecks = {
  group: 'numaplane.numaproj.io',
  kinds: {
    ISBServiceRollout: isbServiceRolloutHealth,
    MonoVertexRollout: monoVertexRolloutHealth,
    NumaflowControllerRollout: numaflowControllerRolloutHealth,
    PipelineRollout: pipelineRolloutHealth,
  },
};
