import { firstCondition, on } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { get } from '../value.ts';
import { progressing, withStatus, type Check } from '../verdict.ts';

const byConditions = firstCondition(
  [on('Stalled', 'True', 'Degraded'), on('Reconciling', 'True', 'Progressing'), on('Ready', 'True', 'Healthy')],
  progressing('Waiting for the stack to be reconciled'),
);
const unseen = progressing('Waiting for the operator to observe the latest spec change');

/** Health of a Stack of pulumi.com. */
export const stackHealth: Check = withStatus(unseen, (object) =>
  get(object, 'status', 'observedGeneration') === generationOf(object) ? byConditions(object) : unseen,
);
