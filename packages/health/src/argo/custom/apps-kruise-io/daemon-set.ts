import { generationOf } from '../generation.ts';
import { get, isLess, isTrue, term } from '../value.ts';
import { degraded, healthy, progressing, suspended, withStatus, type Check } from '../verdict.ts';

const initializing = progressing('Waiting for initialization');

/** Health of a DaemonSet of OpenKruise: scheduled pods, unless it is paused or waits at its partition. */
export const daemonSetHealth: Check = withStatus(initializing, (object) => {
  const status = get(object, 'status');
  const generation = generationOf(object);
  if (generation !== get(status, 'observedGeneration')) return initializing;
  const rolling = get(object, 'spec', 'updateStrategy', 'rollingUpdate');
  const updated = get(status, 'updatedNumberScheduled');
  if (get(rolling, 'paused') === true || !isTrue(updated)) return suspended('Daemonset is paused');
  const partition = get(rolling, 'partition');
  const desired = get(status, 'desiredNumberScheduled');
  if (partition !== undefined && partition !== 0 && isLess(1, generation)) {
    const isWaiting = isLess(term(desired) - term(partition), updated);
    return isWaiting ? suspended('Daemonset needs manual intervention') : initializing;
  }
  if (updated !== desired) return initializing;
  if (get(status, 'numberAvailable') === desired) return healthy('All Daemonset workloads are ready and updated');
  return get(status, 'numberUnavailable') === desired ? degraded('Some pods are not ready or available') : initializing;
});
