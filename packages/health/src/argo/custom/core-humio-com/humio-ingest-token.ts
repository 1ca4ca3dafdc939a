import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioIngestToken of core.humio.com. */
export const humioIngestTokenHealth: Check = humioState;
