import { echo, valueTable } from '../value-table.ts';
import { progressing, type Check } from '../verdict.ts';

/** Health of a postgresql of acid.zalan.do. */
export const postgresqlHealth: Check = valueTable(
  ['status', 'PostgresClusterStatus'],
  { Running: echo('Healthy'), Creating: echo('Progressing'), Updating: echo('Progressing') },
  progressing('Waiting for postgres cluster status...'),
  echo('Degraded'),
);
