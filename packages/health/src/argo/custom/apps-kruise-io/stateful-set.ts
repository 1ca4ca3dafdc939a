import { generationOf } from '../generation.ts';
import { get, isLess, isTrue, term } from '../value.ts';
import { degraded, healthy, progressing, suspended, withStatus, type Check } from '../verdict.ts';

const initializing = progressing('Waiting for initialization');

/** Health of a StatefulSet of OpenKruise: replicas, unless it is paused or waits at its partition. */
export const statefulSetHealth: Check = withStatus(initializing, (object) => {
  const status = get(object, 'status');
  const generation = generationOf(object);
  if (generation !== get(status, 'observedGeneration')) return initializing;
  const rolling = get(object, 'spec', 'updateStrategy', 'rollingUpdate');
  const available = get(status, 'updatedAvailableReplicas');
  if (get(rolling, 'paused') === true || !isTrue(available)) return suspended('Statefulset is paused');
  const partition = get(rolling, 'partition');
  const replicas = get(status, 'replicas');
  if (partition !== 0 && isLess(1, generation)) {
    const isWaiting = isLess(term(replicas) - term(partition), get(status, 'updatedReplicas'));
    return isWaiting ? suspended('Statefulset needs manual intervention') : initializing;
  }
  return available === replicas
    ? healthy('All Statefulset workloads are ready and updated')
    : degraded('Some replicas are not ready or available');
});
