import type { GroupChecks } from '../verdict.ts';
import { inferenceServiceHealth } from './inference-service.ts';

/** The health checks of serving.kserve.io. */
export const servingKserveIoChecks: GroupChecks = {
  group: 'serving.kserve.io',
  kinds: {
    InferenceService: inferenceServiceHealth,
  },
};
