import { firstCondition, on, when } from '../conditions.ts';
import { isObserved } from '../generation.ts';
import { peek } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

const byCompliance = firstCondition(
  [on('Compliant', 'True', 'Healthy'), when({ type: 'Compliant' }, 'Degraded')],
  progressing('Waiting for the compliance condition'),
);

/** Health of an OperatorPolicy: whether this generation of it is complied with. */
export const operatorPolicyHealth: Check = (object) => {
  const isTold = peek(object, 'status', 'conditions') !== undefined;
  if (!isTold) return progressing('Waiting for the status to be reported');
  return isObserved(object) ? byCompliance(object) : progressing('Waiting for the status to be updated');
};
