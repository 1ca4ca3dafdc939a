import { get, list, peek } from '../value.ts';
import { healthy, progressing, type Check, type Verdict } from '../verdict.ts';

/** Health of a ClusterStackInstall of Crossplane: `Ready`; until it is True, its last reason. */
export const clusterStackInstallHealth: Check = (object) => {
  let verdict: Verdict = progressing('Waiting for stack to be installed');
  const told = peek(object, 'status', 'conditionedStatus', 'conditions');
  for (const condition of told === undefined ? [] : list(told)) {
    if (get(condition, 'type') !== 'Ready') continue;
    const why = get(condition, 'reason');
    if (get(condition, 'status') === 'True') return healthy(why);
    verdict = progressing(why);
  }
  return verdict;
};
