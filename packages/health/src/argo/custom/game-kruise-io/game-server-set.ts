import { generationOf } from '../generation.ts';
import { get, isLess, isTrue, or, term, text } from '../value.ts';
import { healthy, progressing, suspended, type Check } from '../verdict.ts';

const initializing = progressing('Waiting for GameServerSet initialization');

/** Health of a GameServerSet of OpenKruise: replicas, unless it is paused or waits at its partition. */
export const gameServerSetHealth: Check = (object) => {
  const status = get(object, 'status');
  if (!isTrue(status) || generationOf(object) !== get(status, 'observedGeneration')) return initializing;
  const strategy = get(object, 'spec', 'updateStrategy');
  const rolling = isTrue(strategy) ? or(get(strategy, 'rollingUpdate'), {}) : {};
  if (get(rolling, 'paused') === true) return suspended('GameServerSet is paused');
  const counted = (field: string) => or(get(status, field), 0);
  const partition = or(get(rolling, 'partition'), 0);
  const replicas = counted('replicas');
  if (partition !== 0 && !isLess(counted('updatedReplicas'), term(replicas) - term(partition))) {
    return suspended(text`Partition=${partition}, waiting for manual intervention`);
  }
  if (counted('updatedReadyReplicas') === replicas) {
    return healthy('All GameServerSet replicas are updated and ready');
  }
  const readyReplicas = counted('readyReplicas');
  if (!isLess(readyReplicas, replicas)) return initializing;
  return progressing(text`ReadyReplicas ${readyReplicas}/${replicas}, still progressing`);
};
