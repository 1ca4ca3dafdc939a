import type { GroupChecks } from '../verdict.ts';
import { clickHouseInstallationHealth } from './click-house-installation.ts';

/** The health checks of clickhouse.altinity.com. */
export const clickhouseAltinityComChecks: GroupChecks = {
  group: 'clickhouse.altinity.com',
  kinds: {
    ClickHouseInstallation: clickHouseInstallationHealth,
  },
};
