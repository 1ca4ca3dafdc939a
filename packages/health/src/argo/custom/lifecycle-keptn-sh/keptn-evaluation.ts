import type { Check } from '../verdict.ts';
import { keptnOutcome } from './keptn-outcome.ts';

/** Health of a KeptnEvaluation of lifecycle.keptn.sh. */
export const keptnEvaluationHealth: Check = keptnOutcome('KeptnEvaluation', 'overallStatus');
