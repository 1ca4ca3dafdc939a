import type { Check } from '../verdict.ts';
import { keptnOutcome } from './keptn-outcome.ts';

/** Health of a KeptnWorkloadInstance of lifecycle.keptn.sh. */
export const keptnWorkloadInstanceHealth: Check = keptnOutcome('KeptnWorkloadInstance');
