import { get, unreadable } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

const waiting = progressing('Waiting for ExternalSecret.');

/** Health of an ExternalSecret of the former operator: the text of its status. */
export const externalSecretHealth: Check = withStatus(waiting, (object) => {
  const told = get(object, 'status', 'status');
  if (told === 'SUCCESS') return healthy('Fetched ExternalSecret.');
  if (typeof told !== 'string') return unreadable('status.status is no text');
  return told.startsWith('ERROR') ? degraded(told.replaceAll('ERROR, ', '')) : waiting;
});
