import { mariadbServer } from '../mariadb-conditions.ts';
import type { Check } from '../verdict.ts';

/** Health of a MariaDB of k8s.mariadb.com. */
export const mariaDbHealth: Check = mariadbServer;
