import type { GroupChecks } from '../verdict.ts';
import { sparkApplicationHealth } from './spark-application.ts';

/** The health checks of sparkoperator.k8s.io. */
export const sparkoperatorK8sIoChecks: GroupChecks = {
  group: 'sparkoperator.k8s.io',
  kinds: {
    SparkApplication: sparkApplicationHealth,
  },
};
