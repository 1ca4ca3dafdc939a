import { count, get, written } from '../value.ts';
import { degraded, healthy, progressing, suspended, type Check } from '../verdict.ts';

/** Health of an AdvancedCronJob of OpenKruise: whether it has run, or runs now. */
export const advancedCronJobHealth: Check = (object) => {
  const lastRun = get(object, 'status', 'lastScheduleTime');
  if (lastRun !== undefined) written(lastRun);
  else if (get(object, 'spec', 'paused') === true) return suspended('AdvancedCronJob is Paused');
  const active = get(object, 'status', 'active');
  if (active !== undefined && count(active) > 0) return progressing('AdvancedCronJobs has active jobs');
  if (lastRun === undefined) return degraded('AdvancedCronJobs has not run successfully');
  return healthy('AdvancedCronJobs has run successfully');
};
