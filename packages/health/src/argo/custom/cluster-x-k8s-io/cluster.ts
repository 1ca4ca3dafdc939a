import { conditionsOf, matches } from '../conditions.ts';
import { valueTable } from '../value-table.ts';
import { get, type Value } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';
import { unlessPaused } from './unless-paused.ts';

const byPhase = valueTable(
  ['status', 'phase'],
  { Provisioned: healthy('Cluster is running'), Failed: degraded('') },
  progressing('Waiting for clusters'),
);

function isTrouble(condition: Value): boolean {
  return matches(condition, { type: 'Ready', status: 'False' }) && get(condition, 'severity') !== 'Info';
}

/** Health of a Cluster of Cluster API: its phase, unless it is paused, or not ready for more than information. */
export const clusterHealth: Check = unlessPaused(suspended('Cluster is paused'), (object) => {
  const trouble = conditionsOf(object)?.find(isTrouble);
  return trouble === undefined ? byPhase(object) : degraded(get(trouble, 'message'));
});
