import type { GroupChecks } from '../verdict.ts';
import { jaegerHealth } from './jaeger.ts';

/** The health checks of jaegertracing.io. */
export const jaegertracingIoChecks: GroupChecks = {
  group: 'jaegertracing.io',
  kinds: {
    Jaeger: jaegerHealth,
  },
};
