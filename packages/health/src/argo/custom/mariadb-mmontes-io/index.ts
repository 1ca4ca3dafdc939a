import type { GroupChecks } from '../verdict.ts';
import { mariaDbHealth } from './maria-db.ts';

/** The health checks of mariadb.mmontes.io. */
export const mariadbMmontesIoChecks: GroupChecks = {
  group: 'mariadb.mmontes.io',
  kinds: {
    MariaDB: mariaDbHealth,
  },
};
