import { firstCondition, on, when } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a Kiali of kiali.io. */
export const kialiHealth: Check = firstCondition(
  [
    on('Successful', 'True', 'Healthy'),
    on('Failure', 'True', 'Degraded'),
    when({ type: 'Running', reason: 'Running' }, 'Progressing'),
  ],
  progressing('Waiting for Kiali'),
);
