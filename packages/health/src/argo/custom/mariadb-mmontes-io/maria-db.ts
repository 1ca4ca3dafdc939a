import { mariadbServer } from '../mariadb-conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a MariaDB of mariadb.mmontes.io. */
export const mariaDbHealth: Check = mariadbServer;
