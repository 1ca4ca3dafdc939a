import type { GroupChecks } from '../verdict.ts';
import { advancedCronJobHealth } from './advanced-cron-job.ts';
import { broadcastJobHealth } from './broadcast-job.ts';
import { cloneSetHealth } from './clone-set.ts';
import { daemonSetHealth } from './daemon-set.ts';
import { statefulSetHealth } from './stateful-set.ts';

/** The health checks of apps.kruise.io. */
export const appsKruiseIoChecks: GroupChecks = {
  group: 'apps.kruise.io',
  kinds: {
    AdvancedCronJob: advancedCronJobHealth,
    BroadcastJob: broadcastJobHealth,
    CloneSet: cloneSetHealth,
    DaemonSet: daemonSetHealth,
    StatefulSet: statefulSetHealth,
  },
};
