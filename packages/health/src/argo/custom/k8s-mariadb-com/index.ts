import type { GroupChecks } from '../verdict.ts';
import { backupHealth } from './backup.ts';
import { databaseHealth } from './database.ts';
import { grantHealth } from './grant.ts';
import { mariaDbHealth } from './maria-db.ts';
import { sqlJobHealth } from './sql-job.ts';
import { userHealth } from './user.ts';

/** The health checks of k8s.mariadb.com. */
export const k8sMariadbComChecks: GroupChecks = {
  group: 'k8s.mariadb.com',
  kinds: {
    Backup: backupHealth,
    Database: databaseHealth,
    Grant: grantHealth,
    MariaDB: mariaDbHealth,
    SqlJob: sqlJobHealth,
    User: userHealth,
  },
};
