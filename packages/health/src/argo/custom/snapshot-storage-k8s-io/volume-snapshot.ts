import type { Check } from '../verdict.ts';
import { snapshotReadiness } from './snapshot-readiness.ts';

/** Health of a VolumeSnapshot of snapshot.storage.k8s.io. */
export const volumeSnapshotHealth: Check = snapshotReadiness;
