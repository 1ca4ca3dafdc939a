import { conditionsOf, firstMatch, when } from '../conditions.ts';
import { echo, valueTable } from '../value-table.ts';
import { progressing, type Check } from '../verdict.ts';

const failure = when({ type: 'Running', status: 'False', reason: 'Error' }, 'Degraded');
const byPhase = valueTable(
  ['status', 'phase'],
  {
    Succeeded: echo('Healthy'),
    Paused: echo('Suspended'),
    Failed: echo('Degraded'),
    Unknown: echo('Degraded'),
  },
  progressing('No status available'),
  echo('Progressing'),
);

/** Health of a DataVolume of KubeVirt: its phase, unless its condition `Running` tells of an error. */
export const dataVolumeHealth: Check = (object) => {
  const verdict = byPhase(object);
  if (verdict.status === 'Healthy' || verdict.status === 'Suspended') return verdict;
  return firstMatch(object, conditionsOf(object) ?? [], [failure]) ?? verdict;
};
