import { valueTable, type Outcome } from '../value-table.ts';
import { text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const available: Outcome = (_state, object) => healthy(text`${object.kind} Available`);
const failed: Outcome = (_state, object) => degraded(text`${object.kind} Failed`);

/** Health of an AppVault of astra.netapp.io. */
export const appVaultHealth: Check = valueTable(
  ['status', 'state'],
  { available, Available: available, failed, Failed: failed },
  progressing('No status available'),
);
