import type { GroupChecks } from '../verdict.ts';
import { clickHouseKeeperInstallationHealth } from './click-house-keeper-installation.ts';

/** The health checks of clickhouse-keeper.altinity.com. */
export const clickhouseKeeperAltinityComChecks: GroupChecks = {
  group: 'clickhouse-keeper.altinity.com',
  kinds: {
    ClickHouseKeeperInstallation: clickHouseKeeperInstallationHealth,
  },
};
