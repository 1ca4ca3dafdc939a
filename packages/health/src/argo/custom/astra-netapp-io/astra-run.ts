import { echo, valueTable } from '../value-table.ts';
import { text } from '../value.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

/** Health of what Astra Control runs once (a backup, a snapshot, hooks): its state. */
export const astraRun: Check = valueTable(
  ['status', 'state'],
  {
    Completed: (_state, object) => healthy(text`${object.kind} Completed`),
    Running: (_state, object) => progressing(text`${object.kind} Running`),
  },
  progressing('No status available'),
  echo('Degraded'),
);
