import { mariadbConditions } from '../mariadb-conditions.ts';
import { get, text } from '../value.ts';
import type { Check } from '../verdict.ts';

/** Health of a Backup of k8s.mariadb.com. */
export const backupHealth: Check = (object) =>
  mariadbConditions(object, {
    say: (condition) => text`${get(condition, 'reason')} ${get(condition, 'message')}`,
    failure: { reason: 'CronJobScheduled', message: 'Failed' },
  });
