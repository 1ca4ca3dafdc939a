import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of every kind of *.services.k8s.aws. */
export const anyKindHealth: Check = firstCondition(
  [on('ACK.Terminal', 'True', 'Degraded'), on('Ready', 'False', 'Progressing'), on('Ready', 'True', 'Healthy', '')],
  progressing('Waiting for resource to be ready'),
);
