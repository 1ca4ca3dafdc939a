import type { KubernetesObject } from '@capstan/object';
import { countAt, integerAt, textAt } from '../fields.ts';
import { current, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a StatefulSet, by its counts and revisions: its controller sets no conditions. */
export function statefulSetStatus(object: KubernetesObject): KstatusResult {
  if (textAt(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete') {
    return current('StatefulSet is using the ondelete update strategy');
  }
  const desired = integerAt(object, 'spec', 'replicas') ?? 1;
  const ready = countAt(object, 'status', 'readyReplicas');
  const currentReplicas = countAt(object, 'status', 'currentReplicas');
  const updated = countAt(object, 'status', 'updatedReplicas');
  const replicas = countAt(object, 'status', 'replicas');
  const partition = integerAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? -1;
  if (desired > replicas) return inProgress('LessReplicas', `Replicas: ${replicas}/${desired}`);
  if (desired > ready) return inProgress('LessReady', `Ready: ${ready}/${desired}`);
  if (replicas > desired) return inProgress('ExtraPods', `Pending termination: ${replicas - desired}`);
  if (partition !== -1) {
    const wanted = desired - partition;
    if (updated < wanted) return inProgress('PartitionRollout', `updated: ${updated}/${wanted}`);
    return current(`Partition rollout complete. updated: ${updated}`);
  }
  if (desired > currentReplicas) return inProgress('LessCurrent', `current: ${currentReplicas}/${desired}`);
  if (textAt(object, ['status', 'currentRevision']) !== textAt(object, ['status', 'updateRevision'])) {
    return inProgress('RevisionMismatch', 'Waiting for updated revision to match current');
  }
  return current(`All replicas scheduled as expected. Replicas: ${replicas}`);
}
