import type { GroupChecks } from '../verdict.ts';
import { keptnAppVersionHealth } from './keptn-app-version.ts';
import { keptnEvaluationHealth } from './keptn-evaluation.ts';
import { keptnTaskHealth } from './keptn-task.ts';
import { keptnWorkloadInstanceHealth } from './keptn-workload-instance.ts';
import { keptnWorkloadVersionHealth } from './keptn-workload-version.ts';

/** The health checks of lifecycle.keptn.sh. */
export const lifecycleKeptnShChecks: GroupChecks = {
  group: 'lifecycle.keptn.sh',
  kinds: {
    KeptnAppVersion: keptnAppVersionHealth,
    KeptnEvaluation: keptnEvaluationHealth,
    KeptnTask: keptnTaskHealth,
    KeptnWorkloadInstance: keptnWorkloadInstanceHealth,
    KeptnWorkloadVersion: keptnWorkloadVersionHealth,
  },
};
