import { statusMessage, valueTable } from '../value-table.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a TridentOrchestrator of trident.netapp.io. */
export const tridentOrchestratorHealth: Check = valueTable(
  ['status', 'status'],
  {
    Installed: statusMessage('Healthy'),
    Failed: statusMessage('Degraded'),
    Error: statusMessage('Degraded'),
  },
  progressing('Waiting for trident installation'),
);
