import { valueTable } from '../value-table.ts';
import { healthy, progressing, type Check } from '../verdict.ts';

/** A component of Confluent Platform: its phase. */
export function confluentPhase(name: string): Check {
  return valueTable(
    ['status', 'phase'],
    { RUNNING: healthy(`${name} running`), PROVISIONING: progressing(`${name} provisioning`) },
    progressing(`Waiting for ${name}`),
  );
}
