import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, integerAt } from '../fields.ts';
import { current, failed, inProgress, type KstatusResult } from './result.ts';

/** The deadline under which the Deployment controller sets no condition Progressing. */
const NO_DEADLINE = 2 ** 31 - 1;

/** kstatus of a Deployment: its deadline, its counts, then its conditions. */
export function deploymentStatus(object: KubernetesObject): KstatusResult {
  const conditions = conditionsOf(object);
  const exceeded = conditions.find(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
  if (exceeded !== undefined) return failed(exceeded.reason, 'Progress deadline exceeded', exceeded.message);
  const replicas = countAt(object, 'status', 'replicas');
  const lacking = lackingReplicas(object, replicas);
  if (lacking !== undefined) return lacking;
  const hasDeadline = (integerAt(object, 'spec', 'progressDeadlineSeconds') ?? NO_DEADLINE) !== NO_DEADLINE;
  const isTrue = (wanted: string, because?: string) =>
    conditions.some(
      ({ type, status, reason }) =>
        type === wanted && status === 'True' && (because === undefined || reason === because),
    );
  if (hasDeadline && !isTrue('Progressing', 'NewReplicaSetAvailable')) {
    return inProgress('ReplicaSetNotAvailable', 'ReplicaSet not Available');
  }
  if (!isTrue('Available')) return inProgress('DeploymentNotAvailable', 'Deployment not Available');
  return current(`Deployment is available. Replicas: ${replicas}`);
}

function lackingReplicas(object: KubernetesObject, replicas: number): KstatusResult | undefined {
  const desired = integerAt(object, 'spec', 'replicas') ?? 1;
  const updated = countAt(object, 'status', 'updatedReplicas');
  const ready = countAt(object, 'status', 'readyReplicas');
  const available = countAt(object, 'status', 'availableReplicas');
  if (desired > replicas) return inProgress('LessReplicas', `Replicas: ${replicas}/${desired}`);
  if (desired > updated) return inProgress('LessUpdated', `Updated: ${updated}/${desired}`);
  if (replicas > desired) return inProgress('ExtraPods', `Pending termination: ${replicas - desired}`);
  if (updated > available) return inProgress('LessAvailable', `Available: ${available}/${updated}`);
  if (desired > ready) return inProgress('LessReady', `Ready: ${ready}/${desired}`);
  return undefined;
}
