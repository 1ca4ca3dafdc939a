import { firstCondition, when } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a Policy of kyverno.io. */
export const policyHealth: Check = firstCondition(
  [when({ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'Ready' }, 'Healthy', 'Policy is ready')],
  progressing('Waiting for Policy to be ready'),
);
