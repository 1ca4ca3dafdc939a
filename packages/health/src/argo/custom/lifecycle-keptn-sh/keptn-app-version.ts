import type { Check } from '../verdict.ts';
import { keptnOutcome } from './keptn-outcome.ts';

/** Health of a KeptnAppVersion of lifecycle.keptn.sh. */
export const keptnAppVersionHealth: Check = keptnOutcome('KeptnAppVersion');
