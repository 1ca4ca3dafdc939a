import type { Check } from '../verdict.ts';
import { keptnOutcome } from './keptn-outcome.ts';

/** Health of a KeptnWorkloadVersion of lifecycle.keptn.sh. */
export const keptnWorkloadVersionHealth: Check = keptnOutcome('KeptnWorkloadVersion');
