import { conditionsOf, matches } from '../conditions.ts';
import { valueTable } from '../value-table.ts';
import { get } from '../value.ts';
import { degraded, healthy, judged, progressing, type Check } from '../verdict.ts';

const running = healthy('Machine is running');
const byPhase = valueTable(['status', 'phase'], { Running: running, Failed: degraded() }, progressing());

/** Health of a Machine of Cluster API: its phase; why it is not ready is the message. */
export const machineHealth: Check = (object) => {
  const verdict = byPhase(object);
  if (verdict === running) return verdict;
  const trouble = conditionsOf(object)?.find((one) => matches(one, { type: 'Ready', status: 'False' }));
  return judged(verdict.status, trouble === undefined ? 'Condition is unknown' : get(trouble, 'message'));
};
