import type { KubernetesObject } from '@capstan/object';
import { valueTable, type Outcome } from '../value-table.ts';
import { entries, get, isLess } from '../value.ts';
import { degraded, healthy, missing, progressing, withStatus, type Check } from '../verdict.ts';
import { executorRange } from './executor-range.ts';

const running = healthy('SparkApplication is Running');
const waiting = progressing('Waiting for Executor pods');

const failed: Outcome = (_state, object) => degraded(get(object, 'status', 'applicationState', 'errorMessage'));

function hasEnough(object: KubernetesObject, executors: number): boolean {
  const instances = get(object, 'spec', 'executor', 'instances');
  if (instances === executors) return true;
  const range = executorRange(object);
  if (range !== undefined) return !isLess(executors, range.least) && !isLess(range.most, executors);
  return get(object, 'spec', 'dynamicAllocation') === undefined && instances === undefined && executors >= 1;
}

/** As many executors run as the application wants. */
const byExecutors: Outcome = (_state, object) => {
  const states = get(object, 'status', 'executorState');
  if (states === undefined) return waiting;
  const executors = entries(states).filter(([, state]) => state === 'RUNNING').length;
  return hasEnough(object, executors) ? running : waiting;
};

const byState = valueTable(
  (object) => get(object, 'status', 'applicationState', 'state'),
  {
    '': progressing('SparkApplication was added, enqueuing it for submission'),
    RUNNING: byExecutors,
    SUBMITTED: progressing('SparkApplication was submitted successfully'),
    COMPLETED: healthy('SparkApplication was Completed'),
    FAILED: failed,
    SUBMISSION_FAILED: failed,
    PENDING_RERUN: progressing('SparkApplication is Pending Rerun'),
    INVALIDATING: missing('SparkApplication is in InvalidatingState'),
    SUCCEEDING: progressing(
      'The driver pod has been completed successfully. The executor pods terminate and are cleaned up.\n' +
        `${' '.repeat(32)}Under this circumstances, we assume the executor pod are completed.`,
    ),
    FAILING: failed,
    UNKNOWN: progressing(
      'SparkApplication is in UnknownState because either driver pod or one or all executor pods ' +
        'in unknown state  ',
    ),
  },
  waiting,
);

/** Health of a SparkApplication: its state; while it runs, its executors. */
export const sparkApplicationHealth: Check = withStatus(waiting, byState);
