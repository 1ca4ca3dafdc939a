import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioAction of core.humio.com. */
export const humioActionHealth: Check = humioState;
