import type { GroupChecks } from '../verdict.ts';
import { datadogMetricHealth } from './datadog-metric.ts';

/** The health checks of datadoghq.com. */
export const datadoghqComChecks: GroupChecks = {
  group: 'datadoghq.com',
  kinds: {
    DatadogMetric: datadogMetricHealth,
  },
};
