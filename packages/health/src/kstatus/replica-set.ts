import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, integerAt } from '../fields.ts';
import { current, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a ReplicaSet: whether it may create its Pods, then its counts. */
export function replicaSetStatus(object: KubernetesObject): KstatusResult {
  if (conditionsOf(object).some(({ type, status }) => type === 'ReplicaFailure' && status === 'True')) {
    return inProgress('ReplicaFailure', 'Replica Failure condition. Check Pods');
  }
  const desired = integerAt(object, 'spec', 'replicas') ?? 1;
  const replicas = countAt(object, 'status', 'replicas');
  const ready = countAt(object, 'status', 'readyReplicas');
  const available = countAt(object, 'status', 'availableReplicas');
  const labelled = countAt(object, 'status', 'fullyLabeledReplicas');
  if (desired > labelled) return inProgress('LessLabelled', `Labelled: ${labelled}/${desired}`);
  if (desired > available) return inProgress('LessAvailable', `Available: ${available}/${desired}`);
  if (desired > ready) return inProgress('LessReady', `Ready: ${ready}/${desired}`);
  if (replicas > desired) return inProgress('ExtraPods', `Pending termination: ${replicas - desired}`);
  return current(`ReplicaSet is available. Replicas: ${replicas}`);
}
