import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioAlert of core.humio.com. */
export const humioAlertHealth: Check = humioState;
