import { conditionsOf, firstMatch, on, when } from '../conditions.ts';
import { get } from '../value.ts';
import { healthy, progressing, silent, type Check } from '../verdict.ts';

const rules = [
  when({ type: 'InvalidSpec' }, 'Degraded'),
  when({ type: 'Progressing', reason: ['RolloutAborted', 'ProgressDeadlineExceeded'] }, 'Degraded'),
  on('Paused', 'True', 'Suspended', 'Rollout is paused'),
];

/** Health of a SpotDeployment: its failures, a pause, or the steps that are to come. */
export const spotDeploymentHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return silent;
  const found = firstMatch(object, conditions, rules);
  if (found !== undefined) return found;
  const isUnderWay = get(object, 'status', 'phase') === 'Progressing';
  return isUnderWay ? progressing('Waiting for rollout to finish steps') : healthy('');
};
