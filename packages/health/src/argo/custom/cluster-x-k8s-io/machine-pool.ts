import { conditionsOf } from '../conditions.ts';
import { valueTable } from '../value-table.ts';
import { get, text, type Value } from '../value.ts';
import { degraded, healthy, judged, progressing, type Check } from '../verdict.ts';

const byPhase = valueTable(
  ['status', 'phase'],
  {
    Running: healthy('MachinePool is Running'),
    Scaling: healthy('MachinePool is Scaling'),
    Failed: degraded('MachinePool is Failed'),
    Unknown: degraded('MachinePool is Unknown'),
  },
  progressing(''),
  (phase) => progressing(text`MachinePool is ${phase}`),
);

/** The condition's type, and its reason where it has one. */
function describe(condition: Value): string {
  const why = get(condition, 'reason');
  const type = get(condition, 'type');
  return why === undefined ? text`Not ${type}` : text`Not ${type} (${why})`;
}

/** Health of a MachinePool of Cluster API: its phase; the conditions that are False stand in the message. */
export const machinePoolHealth: Check = (object) => {
  const { status, message } = byPhase(object);
  const troubles = (conditionsOf(object) ?? []).filter(
    (one) => get(one, 'type') !== undefined && get(one, 'status') === 'False',
  );
  if (troubles.length === 0) return judged(status, message);
  return judged(status, text`${message}: ${troubles.map(describe).join(', ')}`);
};
