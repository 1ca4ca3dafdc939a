import { valueTable } from '../value-table.ts';
import { get, isTrue, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const waiting = progressing('Waiting for Flink operator');
const byDeployment = valueTable(
  ['status', 'jobManagerDeploymentStatus'],
  {
    DEPLOYED_NOT_READY: progressing('Waiting for deploying'),
    DEPLOYING: progressing('Waiting for deploying'),
    ERROR: (_value, object) => degraded(get(object, 'status', 'reconciliationStatus', 'error')),
  },
  waiting,
);

/** Health of a FlinkDeployment: reconciled, or how its job manager is deployed. */
export const flinkDeploymentHealth: Check = (object) => {
  const reconciliation = peek(object, 'status', 'reconciliationStatus');
  if (reconciliation === undefined) return waiting;
  const isDone = isTrue(get(reconciliation, 'success')) || get(reconciliation, 'state') === 'DEPLOYED';
  return isDone ? healthy() : byDeployment(object);
};
