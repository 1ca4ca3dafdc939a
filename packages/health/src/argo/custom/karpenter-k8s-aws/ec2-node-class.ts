import { firstCondition, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a EC2NodeClass of karpenter.k8s.aws. */
export const ec2NodeClassHealth: Check = firstCondition(
  [on('Ready', 'False', 'Degraded'), on('Ready', 'True', 'Healthy', 'EC2NodeClass is ready')],
  progressing('Waiting for EC2NodeClass to be ready'),
);
