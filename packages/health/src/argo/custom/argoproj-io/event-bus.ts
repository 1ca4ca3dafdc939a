import { firstCondition, on, ownOrReason } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of an EventBus of argoproj.io. */
export const eventBusHealth: Check = firstCondition(
  [on('Deployed', 'False', 'Degraded', ownOrReason), on('Deployed', 'True', 'Healthy', ownOrReason)],
  progressing('Waiting for initialization'),
);
