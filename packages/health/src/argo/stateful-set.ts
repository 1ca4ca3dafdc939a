import { getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { countAt, integerAt, textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of a StatefulSet: its Pods ready, then its rollout by its update strategy. */
export function statefulSetHealth(object: KubernetesObject): HealthStatus {
  const observed = countAt(object, 'status', 'observedGeneration');
  if (observed === 0 || countAt(object, 'metadata', 'generation') > observed) {
    return verdict('Progressing', 'Waiting for statefulset spec update to be observed...');
  }
  const desired = integerAt(object, 'spec', 'replicas');
  const ready = countAt(object, 'status', 'readyReplicas');
  if (desired !== undefined && ready < desired) {
    return verdict('Progressing', `Waiting for ${desired - ready} pods to be ready...`);
  }
  const strategy = textAt(object, ['spec', 'updateStrategy', 'type']);
  if (strategy === 'RollingUpdate' && isJsonObject(getPath(object, 'spec', 'updateStrategy', 'rollingUpdate'))) {
    return partitionedHealth(object, desired);
  }
  if (strategy === 'OnDelete') return verdict('Healthy', `statefulset has ${ready} ready pods`);
  const current = textAt(object, ['status', 'currentRevision']);
  const update = textAt(object, ['status', 'updateRevision']);
  if (update !== current) {
    const updated = countAt(object, 'status', 'updatedReplicas');
    return verdict(
      'Progressing',
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${update}...`,
    );
  }
  const pods = countAt(object, 'status', 'currentReplicas');
  return verdict('Healthy', `statefulset rolling update complete ${pods} pods at revision ${current}...`);
}

function partitionedHealth(object: KubernetesObject, desired: number | undefined): HealthStatus {
  const partition = integerAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = countAt(object, 'status', 'updatedReplicas');
  if (desired !== undefined && partition !== undefined && updated < desired - partition) {
    return verdict(
      'Progressing',
      `Waiting for partitioned roll out to finish: ${updated} out of ${desired - partition} new pods have been updated...`,
    );
  }
  return verdict('Healthy', `partitioned roll out complete: ${updated} new pods have been updated...`);
}
