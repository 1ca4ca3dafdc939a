import type { Check } from '../verdict.ts';
import { astraRun } from './astra-run.ts';

/** Health of a ResourceBackup of astra.netapp.io. */
export const resourceBackupHealth: Check = astraRun;
