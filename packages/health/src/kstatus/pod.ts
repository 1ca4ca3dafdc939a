import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, mappingsAt, textAt } from '../fields.ts';
import { current, failed, inProgress, plain, type KstatusResult } from './result.ts';

/** How long the scheduler may look for a place before a Pod counts as unschedulable. */
const SCHEDULE_WINDOW_MS = 15_000;

/** kstatus of a Pod at the time `now` (milliseconds since the epoch): by its phase. */
export function podStatus(object: KubernetesObject, now: number): KstatusResult {
  const phase = textAt(object, ['status', 'phase']);
  switch (phase) {
    case 'Succeeded':
      return current('Pod has completed successfully');
    case 'Failed':
      return current('Pod has completed, but not successfully');
    case 'Running':
      return runningStatus(object);
    case 'Pending':
      return pendingStatus(object, now);
    case '':
      return inProgress('PodNotObserved', 'Pod phase not available');
    default:
      return plain('Unknown', `unknown phase ${phase}`);
  }
}

function runningStatus(object: KubernetesObject): KstatusResult {
  if (conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True')) {
    return current('Pod is Ready');
  }
  const looping = mappingsAt(object, 'status', 'containerStatuses')
    .filter((status) => textAt(status, ['state', 'waiting', 'reason']) === 'CrashLoopBackOff')
    .map((status) => textAt(status, ['name']));
  if (looping.length > 0) return failed('ContainerCrashLooping', `Containers in CrashLoop state: ${looping.join(',')}`);
  return inProgress('PodRunningNotReady', 'Pod is running but is not Ready');
}

function pendingStatus(object: KubernetesObject, now: number): KstatusResult {
  const scheduled = conditionsOf(object).find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (scheduled?.reason !== 'Unschedulable') return inProgress('PodPending', 'Pod is in the Pending phase');
  const created = Date.parse(textAt(object, ['metadata', 'creationTimestamp']));
  if (now - SCHEDULE_WINDOW_MS < created) {
    const waiting = inProgress('PodNotScheduled', 'Pod has not been scheduled');
    return { ...waiting, recheckAt: created + SCHEDULE_WINDOW_MS };
  }
  return failed('PodUnschedulable', 'Pod could not be scheduled');
}
