import type { GroupChecks } from '../verdict.ts';
import { openTelemetryCollectorHealth } from './open-telemetry-collector.ts';

/** The health checks of opentelemetry.io. */
export const opentelemetryIoChecks: GroupChecks = {
  group: 'opentelemetry.io',
  kinds: {
    OpenTelemetryCollector: openTelemetryCollectorHealth,
  },
};
