import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, integerAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

const WAITING = 'Waiting for rollout to finish:';

/** Health of a ReplicaSet: whether it may create its Pods, and how many are available. */
export function replicaSetHealth(object: KubernetesObject): HealthStatus {
  if (countAt(object, 'metadata', 'generation') > countAt(object, 'status', 'observedGeneration')) {
    return verdict('Progressing', `${WAITING} observed replica set generation less than desired generation`);
  }
  const failure = conditionsOf(object).find(({ type }) => type === 'ReplicaFailure');
  if (failure?.status === 'True') return verdict('Degraded', failure.message);
  const desired = integerAt(object, 'spec', 'replicas');
  const available = countAt(object, 'status', 'availableReplicas');
  if (desired !== undefined && available < desired) {
    return verdict('Progressing', `${WAITING} ${available} out of ${desired} new replicas are available...`);
  }
  return verdict('Healthy');
}
