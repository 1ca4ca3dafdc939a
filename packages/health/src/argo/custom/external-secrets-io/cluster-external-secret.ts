import { conditionsOf, firstMatch, on } from '../conditions.ts';
import { progressing, type Check } from '../verdict.ts';

const rules = [on('Ready', 'True', 'Healthy'), on(['PartiallyReady', 'NotReady'], 'True', 'Degraded')];

/** Health of a ClusterExternalSecret: its last condition. */
export const clusterExternalSecretHealth: Check = (object) => {
  const waiting = progressing('Waiting for ClusterExternalSecret');
  const conditions = conditionsOf(object);
  return conditions === undefined ? waiting : (firstMatch(object, [conditions.at(-1)], rules) ?? waiting);
};
