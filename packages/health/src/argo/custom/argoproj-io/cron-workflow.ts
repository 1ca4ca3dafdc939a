import { firstCondition, on } from '../conditions.ts';
import { healthy, type Check } from '../verdict.ts';

/** Health of a CronWorkflow of argoproj.io. */
export const cronWorkflowHealth: Check = firstCondition(
  [on(['SpecError', 'SubmissionError'], 'True', 'Degraded'), on('Completed', 'True', 'Healthy')],
  healthy('CronWorkflow is healthy.'),
);
