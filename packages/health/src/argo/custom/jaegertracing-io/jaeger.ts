import { valueTable } from '../value-table.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Jaeger of jaegertracing.io. */
export const jaegerHealth: Check = valueTable(
  ['status', 'phase'],
  { Running: healthy('Jaeger is Running'), Failed: degraded('Jaeger Failed For Some Reason') },
  progressing('Waiting for Jaeger'),
);
