import type { GroupChecks } from '../verdict.ts';
import { cronJobHealth } from './cron-job.ts';

/** The health checks of batch. */
export const batchChecks: GroupChecks = {
  group: 'batch',
  kinds: {
    CronJob: cronJobHealth,
  },
};
