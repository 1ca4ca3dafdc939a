import type { GroupChecks } from '../verdict.ts';
import { prometheusHealth } from './prometheus.ts';

/** The health checks of monitoring.coreos.com. */
export const monitoringCoreosComChecks: GroupChecks = {
  group: 'monitoring.coreos.com',
  kinds: {
    Prometheus: prometheusHealth,
  },
};
