import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioParser of core.humio.com. */
export const humioParserHealth: Check = humioState;
