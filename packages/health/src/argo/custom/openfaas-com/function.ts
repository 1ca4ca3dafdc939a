import { firstCondition, on } from '../conditions.ts';
import { get, isLess } from '../value.ts';
import { progressing, suspended, type Check } from '../verdict.ts';

const waiting = progressing('Waiting for Function');
const rules = [on('Ready', 'False', 'Degraded'), on('Stalled', 'True', 'Degraded'), on('Ready', 'True', 'Healthy')];
const byConditions = firstCondition(rules, waiting);

/** Health of an OpenFaaS Function: one that is ready without replicas is Suspended. */
export const functionHealth: Check = (object) => {
  const verdict = byConditions(object);
  if (verdict.status !== 'Healthy') return verdict;
  const replicas = get(object, 'status', 'replicas');
  const hasReplicas = replicas !== undefined && isLess(0, replicas);
  return hasReplicas ? verdict : suspended('No replicas available');
};
