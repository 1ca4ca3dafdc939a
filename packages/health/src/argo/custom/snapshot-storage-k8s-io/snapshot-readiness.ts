import { fields, get, isTrue } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

/** Health of a snapshot: ready to use, or the error it met. */
export const snapshotReadiness: Check = withStatus(progressing('Waiting for status'), (object) => {
  const { readyToUse, error } = fields(get(object, 'status'), 'readyToUse', 'error');
  if (isTrue(readyToUse)) return healthy('Ready to use');
  return error === undefined ? progressing('Waiting for status') : degraded(get(error, 'message'));
});
