import { getPath, type KubernetesObject } from '@capstan/object';
import { conditionsOf, countAt, integerAt, textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

const WAITING = 'Waiting for rollout to finish:';

/** Health of a Deployment: paused, past its deadline, or as far as its rollout has come. */
export function deploymentHealth(object: KubernetesObject): HealthStatus {
  if (getPath(object, 'spec', 'paused') === true) return verdict('Suspended', 'Deployment is paused');
  if (countAt(object, 'metadata', 'generation') > countAt(object, 'status', 'observedGeneration')) {
    return verdict('Progressing', `${WAITING} observed deployment generation less than desired generation`);
  }
  const progressing = conditionsOf(object).find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    const name = JSON.stringify(textAt(object, ['metadata', 'name']));
    return verdict('Degraded', `Deployment ${name} exceeded its progress deadline`);
  }
  const desired = integerAt(object, 'spec', 'replicas');
  const updated = countAt(object, 'status', 'updatedReplicas');
  const replicas = countAt(object, 'status', 'replicas');
  const available = countAt(object, 'status', 'availableReplicas');
  if (desired !== undefined && updated < desired) {
    return verdict('Progressing', `${WAITING} ${updated} out of ${desired} new replicas have been updated...`);
  }
  if (replicas > updated) {
    return verdict('Progressing', `${WAITING} ${replicas - updated} old replicas are pending termination...`);
  }
  if (available < updated) {
    return verdict('Progressing', `${WAITING} ${available} of ${updated} updated replicas are available...`);
  }
  return verdict('Healthy');
}
