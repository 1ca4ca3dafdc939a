import { peek, text } from '../value.ts';
import { healthy, type Check } from '../verdict.ts';

/** Health of an Astra Schedule: always Healthy, with the last time it ran. */
export const scheduleHealth: Check = (object) => {
  const lastRun = peek(object, 'status', 'lastScheduleTime');
  return healthy(
    lastRun === undefined ? 'Protection policy not yet executed' : text`Protection policy lastScheduleTime: ${lastRun}`,
  );
};
