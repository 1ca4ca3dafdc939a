import { child, ensureChild, setDefault, type Draft } from './draft.ts';

/** Defaults of a claim's spec, also inside templates. */
export function defaultClaimSpec(spec: Draft | undefined): void {
  if (spec !== undefined) setDefault(spec, 'volumeMode', 'Filesystem');
}

/** Defaults of a PersistentVolumeClaim. */
export function defaultClaim(claim: Draft): void {
  defaultClaimSpec(ensureChild(claim, 'spec'));
  setDefault(ensureChild(claim, 'status'), 'phase', 'Pending');
}

/** Defaults of a PersistentVolume. */
export function defaultPersistentVolume(volume: Draft): void {
  const spec = ensureChild(volume, 'spec');
  setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(spec, 'volumeMode', 'Filesystem');
  const hostPath = child(spec, 'hostPath');
  if (hostPath !== undefined) setDefault(hostPath, 'type', '');
  setDefault(ensureChild(volume, 'status'), 'phase', 'Pending');
}

/** Defaults of a StorageClass. */
export function defaultStorageClass(storageClass: Draft): void {
  setDefault(storageClass, 'reclaimPolicy', 'Delete');
  setDefault(storageClass, 'volumeBindingMode', 'Immediate');
}

/** Defaults of a CSIDriver. */
export function defaultCsiDriver(driver: Draft): void {
  const spec = ensureChild(driver, 'spec');
  setDefault(spec, 'attachRequired', true);
  setDefault(spec, 'podInfoOnMount', false);
  setDefault(spec, 'storageCapacity', false);
  setDefault(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  setDefault(spec, 'volumeLifecycleModes', ['Persistent']);
  setDefault(spec, 'requiresRepublish', false);
  setDefault(spec, 'seLinuxMount', false);
}
