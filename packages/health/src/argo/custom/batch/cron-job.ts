import { get, isLess, list } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of a CronJob: Degraded when its last run has not succeeded; never for being suspended. */
export const cronJobHealth: Check = (object) => {
  if (get(object, 'spec', 'suspend') === true) return healthy('CronJob is Suspended');
  const status = get(object, 'status');
  if (status === undefined) return progressing('Waiting for CronJob');
  const scheduled = get(status, 'lastScheduleTime');
  if (scheduled === undefined) return healthy('CronJob has not been scheduled yet');
  const succeeded = get(status, 'lastSuccessfulTime');
  if (succeeded === undefined) return healthy('The CronJob never completed successfully. It may not be healthy');
  const active = get(status, 'active');
  if (active !== undefined && list(active).length > 0) {
    return healthy('The job is running. Its last execution may not have been successful');
  }
  return isLess(succeeded, scheduled)
    ? degraded('CronJob has not completed its last execution successfully')
    : healthy('CronJob has completed its last execution successfully');
};
