import { fields, get } from '../value.ts';
import { degraded, healthy, progressing, suspended, withStatus, type Check } from '../verdict.ts';

const running = progressing('BroadcastJob is still running');

/** Health of a BroadcastJob of apps.kruise.io. */
export const broadcastJobHealth: Check = withStatus(running, (object) => {
  const { phase, desired, succeeded, failed } = fields(
    get(object, 'status'),
    'phase',
    'desired',
    'succeeded',
    'failed',
  );
  if (phase === 'completed' && desired === succeeded) return healthy('BroadcastJob is completed successfully');
  if (phase === 'failed' && failed !== 0) return degraded('BroadcastJob failed');
  if (phase === 'paused' && get(object, 'spec', 'paused') === true) return suspended('BroadcastJob is Paused');
  return running;
});
