import type { Check } from '../verdict.ts';
import { keptnOutcome } from './keptn-outcome.ts';

/** Health of a KeptnTask of lifecycle.keptn.sh. */
export const keptnTaskHealth: Check = keptnOutcome('KeptnTask');
