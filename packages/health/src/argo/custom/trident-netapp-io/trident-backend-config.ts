import { fields, get } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check } from '../verdict.ts';

/** Health of a TridentBackendConfig: bound, unless its last operation failed. */
export const tridentBackendConfigHealth: Check = withStatus(progressing('Waiting for backend creation'), (object) => {
  const { phase, lastOperationStatus, message } = fields(
    get(object, 'status'),
    'phase',
    'lastOperationStatus',
    'message',
  );
  if (lastOperationStatus === 'Failed') return degraded(message);
  const isBound = phase === 'Bound' && lastOperationStatus === 'Success';
  return isBound ? healthy(message) : progressing('Waiting for backend creation');
});
