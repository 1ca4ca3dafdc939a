import type { GroupChecks } from '../verdict.ts';
import { volumeSnapshotHealth } from './volume-snapshot.ts';
import { volumeSnapshotContentHealth } from './volume-snapshot-content.ts';

/** The health checks of snapshot.storage.k8s.io. */
export const snapshotStorageK8sIoChecks: GroupChecks = {
  group: 'snapshot.storage.k8s.io',
  kinds: {
    VolumeSnapshot: volumeSnapshotHealth,
    VolumeSnapshotContent: volumeSnapshotContentHealth,
  },
};
