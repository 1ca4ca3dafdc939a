import { firstCondition, itsReason, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of an IngressController of operator.openshift.io. */
export const ingressControllerHealth: Check = firstCondition(
  [
    on('Degraded', 'True', 'Degraded'),
    on('DeploymentReplicasAllAvailable', 'False', 'Progressing'),
    on('Progressing', 'True', 'Progressing', itsReason),
    on('Available', 'True', 'Healthy', 'IngressController is available'),
  ],
  progressing('Status of IngressController is not known yet'),
);
