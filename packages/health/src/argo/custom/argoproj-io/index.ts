import type { GroupChecks } from '../verdict.ts';
import { analysisRunHealth } from './analysis-run.ts';
import { applicationSetHealth } from './application-set.ts';
import { cronWorkflowHealth } from './cron-workflow.ts';
import { eventBusHealth } from './event-bus.ts';
import { experimentHealth } from './experiment.ts';
import { rolloutHealth } from './rollout.ts';

/** The health checks of argoproj.io. */
export const argoprojIoChecks: GroupChecks = {
  group: 'argoproj.io',
  kinds: {
    AnalysisRun: analysisRunHealth,
    ApplicationSet: applicationSetHealth,
    CronWorkflow: cronWorkflowHealth,
    EventBus: eventBusHealth,
    Experiment: experimentHealth,
    Rollout: rolloutHealth,
  },
};
