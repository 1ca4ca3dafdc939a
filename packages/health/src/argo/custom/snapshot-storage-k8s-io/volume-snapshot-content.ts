import type { Check } from '../verdict.ts';
import { snapshotReadiness } from './snapshot-readiness.ts';

/** Health of a VolumeSnapshotContent of snapshot.storage.k8s.io. */
export const volumeSnapshotContentHealth: Check = snapshotReadiness;
