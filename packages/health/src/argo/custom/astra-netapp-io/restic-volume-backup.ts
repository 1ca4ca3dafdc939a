import type { Check } from '../verdict.ts';
import { astraRun } from './astra-run.ts';

/** Health of a ResticVolumeBackup of astra.netapp.io. */
export const resticVolumeBackupHealth: Check = astraRun;
