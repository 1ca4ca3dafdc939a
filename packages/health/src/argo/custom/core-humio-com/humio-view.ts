import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioView of core.humio.com. */
export const humioViewHealth: Check = humioState;
