import { valueTable } from '../value-table.ts';
import { text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a ClickHouseInstallation of clickhouse.altinity.com. */
export const clickHouseInstallationHealth: Check = valueTable(
  ['status', 'status'],
  {
    Completed: healthy('ClickHouse installation completed successfully'),
    InProgress: progressing('ClickHouse installation in progress'),
  },
  progressing('ClickHouse status not yet available'),
  (told) => degraded(text`ClickHouse status: ${told}`),
);
