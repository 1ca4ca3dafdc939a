import type { KubernetesObject } from '@capstan/object';
import { countAt, integerAt } from '../fields.ts';
import { current, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a DaemonSet: seen by its controller, then its counts. */
export function daemonSetStatus(object: KubernetesObject): KstatusResult {
  if (integerAt(object, 'metadata', 'generation') === undefined) {
    return inProgress('NoGeneration', `${object.kind} metadata.generation not found`);
  }
  if (integerAt(object, 'status', 'observedGeneration') === undefined) {
    return inProgress('NoObservedGeneration', `${object.kind} status.observedGeneration not found`);
  }
  const desired = integerAt(object, 'status', 'desiredNumberScheduled') ?? -1;
  const scheduled = countAt(object, 'status', 'currentNumberScheduled');
  const updated = countAt(object, 'status', 'updatedNumberScheduled');
  const available = countAt(object, 'status', 'numberAvailable');
  const ready = countAt(object, 'status', 'numberReady');
  if (desired === -1) return inProgress('NoDesiredNumber', 'Missing .status.desiredNumberScheduled');
  if (desired > scheduled) return inProgress('LessCurrent', `Current: ${scheduled}/${desired}`);
  if (desired > updated) return inProgress('LessUpdated', `Updated: ${updated}/${desired}`);
  if (desired > available) return inProgress('LessAvailable', `Available: ${available}/${desired}`);
  if (desired > ready) return inProgress('LessReady', `Ready: ${ready}/${desired}`);
  return current(`All replicas scheduled as expected. Replicas: ${desired}`);
}
