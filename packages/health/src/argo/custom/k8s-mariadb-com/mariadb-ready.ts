import { conditionsOf } from '../conditions.ts';
import { get } from '../value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from '../verdict.ts';

/** Health of what the MariaDB operator makes in a database: `Ready`; until it is there, the last message. */
export const mariadbReady: Check = (object) => {
  let waiting: Verdict = progressing('No status info available');
  for (const condition of conditionsOf(object) ?? []) {
    const message = get(condition, 'message');
    if (get(condition, 'type') === 'Ready') {
      return get(condition, 'status') === 'True' ? healthy(message) : degraded(message);
    }
    waiting = progressing(message);
  }
  return waiting;
};
