import { generationOf } from '../generation.ts';
import { get, isLess, isTrue } from '../value.ts';
import { degraded, healthy, progressing, suspended, withStatus, type Check } from '../verdict.ts';

const initializing = progressing('Waiting for initialization');

/** Health of a CloneSet of OpenKruise: replicas, unless it is paused or waits at its partition. */
export const cloneSetHealth: Check = withStatus(initializing, (object) => {
  const status = get(object, 'status');
  const generation = generationOf(object);
  if (generation !== get(status, 'observedGeneration')) return initializing;
  const strategy = get(object, 'spec', 'updateStrategy');
  const available = get(status, 'updatedAvailableReplicas');
  if (get(strategy, 'paused') === true || !isTrue(available)) return suspended('Cloneset is paused');
  if (get(strategy, 'partition') !== 0 && isLess(1, generation)) {
    const isShort = isLess(get(status, 'updatedReplicas'), get(status, 'expectedUpdatedReplicas'));
    return isShort ? initializing : suspended('Cloneset needs manual intervention');
  }
  return available === get(status, 'replicas')
    ? healthy('All Cloneset workloads are ready and updated')
    : degraded('Some replicas are not ready or available');
});
