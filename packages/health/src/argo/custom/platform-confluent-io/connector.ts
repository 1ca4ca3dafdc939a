import { count, fields, get, isLess, isTrue, list, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a Confluent Connector: running, without failed tasks. */
export const connectorHealth: Check = (object) => {
  const waiting = progressing('Waiting for Kafka Connector');
  const state = peek(object, 'status', 'state');
  if (state === undefined) return waiting;
  const { connectorState, failedTasksCount, conditions } = fields(
    get(object, 'status'),
    'connectorState',
    'failedTasksCount',
    'conditions',
  );
  if (state === 'CREATED' && connectorState === 'RUNNING' && failedTasksCount === undefined) {
    return healthy('Connector running');
  }
  if (state === 'ERROR') {
    const isTold = isTrue(conditions) && count(conditions) > 0;
    return degraded(isTold ? get(list(conditions)[0], 'message') : 'No conditions available');
  }
  const hasFailedTasks = failedTasksCount !== undefined && isLess(0, failedTasksCount);
  return hasFailedTasks ? degraded('Connector has failed tasks') : waiting;
};
