import { conditionsOf, matches } from '../conditions.ts';
import { echo, valueTable } from '../value-table.ts';
import { get, peek } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';

const DECIDING = ['Failed', 'Pending', 'Scheduling', 'Scheduled', 'Succeeded', 'Unknown'];
const byPhase = valueTable(
  ['status', 'phase'],
  { Failed: echo('Degraded'), Succeeded: echo('Suspended'), Unknown: echo('Unknown') },
  progressing('No status available'),
  echo('Progressing'),
);

/** Health of a VirtualMachineInstance of KubeVirt: its phase; once it runs, its conditions. */
export const virtualMachineInstanceHealth: Check = (object) => {
  let verdict = byPhase(object);
  const phase = peek(object, 'status', 'phase');
  if (typeof phase === 'string' && DECIDING.includes(phase)) return verdict;
  for (const condition of conditionsOf(object) ?? []) {
    const message = get(condition, 'message');
    if (get(condition, 'type') === 'Ready') {
      verdict = get(condition, 'status') === 'True' ? healthy('Running') : degraded(message);
    } else if (matches(condition, { type: 'Paused', status: 'True' })) {
      return suspended(message);
    }
  }
  return verdict;
};
