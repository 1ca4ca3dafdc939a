import type { KubernetesObject } from '@capstan/object';
import { countAt, textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of a DaemonSet: how many of its Pods are updated and available. */
export function daemonSetHealth(object: KubernetesObject): HealthStatus {
  if (countAt(object, 'metadata', 'generation') > countAt(object, 'status', 'observedGeneration')) {
    return verdict(
      'Progressing',
      'Waiting for rollout to finish: observed daemon set generation less than desired generation',
    );
  }
  const desired = countAt(object, 'status', 'desiredNumberScheduled');
  const updated = countAt(object, 'status', 'updatedNumberScheduled');
  const available = countAt(object, 'status', 'numberAvailable');
  if (textAt(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete') {
    return verdict('Healthy', `daemon set ${updated} out of ${desired} new pods have been updated`);
  }
  const waiting = `Waiting for daemon set ${JSON.stringify(textAt(object, ['metadata', 'name']))} rollout to finish:`;
  if (updated < desired) {
    return verdict('Progressing', `${waiting} ${updated} out of ${desired} new pods have been updated...`);
  }
  if (available < desired) {
    return verdict('Progressing', `${waiting} ${available} of ${desired} updated pods are available...`);
  }
  return verdict('Healthy');
}
