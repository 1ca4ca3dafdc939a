import type { Check } from '../verdict.ts';
import { astraRun } from './astra-run.ts';

/** Health of a Snapshot of astra.netapp.io. */
export const snapshotHealth: Check = astraRun;
