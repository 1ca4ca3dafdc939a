import type { Check } from '../verdict.ts';
import { astraRun } from './astra-run.ts';

/** Health of a Backup of astra.netapp.io. */
export const backupHealth: Check = astraRun;
