import type { Check } from '../verdict.ts';
import { astraRun } from './astra-run.ts';

/** Health of an ExecHooksRun of astra.netapp.io. */
export const execHooksRunHealth: Check = astraRun;
