import { valueTable } from '../value-table.ts';
import { text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a ClickHouseKeeperInstallation of clickhouse-keeper.altinity.com. */
export const clickHouseKeeperInstallationHealth: Check = valueTable(
  ['status', 'status'],
  {
    Completed: healthy('ClickHouseKeeper installation completed successfully'),
    InProgress: progressing('ClickHouseKeeper installation in progress'),
  },
  progressing('ClickHouseKeeper status not yet available'),
  (told) => degraded(text`ClickHouseKeeper status: ${told}`),
);
