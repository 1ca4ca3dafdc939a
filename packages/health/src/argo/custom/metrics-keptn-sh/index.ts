import type { GroupChecks } from '../verdict.ts';
import { analysisHealth } from './analysis.ts';
import { keptnMetricHealth } from './keptn-metric.ts';

/** The health checks of metrics.keptn.sh. */
export const metricsKeptnShChecks: GroupChecks = {
  group: 'metrics.keptn.sh',
  kinds: {
    Analysis: analysisHealth,
    KeptnMetric: keptnMetricHealth,
  },
};
