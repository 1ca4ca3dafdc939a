import type { Check } from '../verdict.ts';
import { humioState } from './humio-state.ts';

/** Health of a HumioRepository of core.humio.com. */
export const humioRepositoryHealth: Check = humioState;
