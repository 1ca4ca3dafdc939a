import type { HealthCode } from '../../../health-status.ts';
import { fields, get, text } from '../value.ts';
import { judged, unknown, withStatus, type Check } from '../verdict.ts';

const codes: Readonly<Record<string, HealthCode>> = {
  initializing: 'Progressing',
  ready: 'Healthy',
  error: 'Degraded',
  stopping: 'Progressing',
  paused: 'Suspended',
};

/** Health of a PerconaServerMongoDB: its state; how many nodes are ready must have been told. */
export const perconaServerMongoDbHealth: Check = withStatus(unknown('Cluster status is unknown'), (object) => {
  const { state, ready, size } = fields(get(object, 'status'), 'state', 'ready', 'size');
  const code = typeof state === 'string' && Object.hasOwn(codes, state) ? codes[state] : undefined;
  return judged(code ?? 'Unknown', text`${ready}/${size} node(s) are ready`);
});
