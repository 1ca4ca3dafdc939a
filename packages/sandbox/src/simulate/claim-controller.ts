import type { KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { CLAIMS, PODS, STORAGE_CLASSES, VOLUMES } from './resources.ts';
import { isDeleting, keyOf, nameOf, namespaceOf, objectAt, objectsAt, textAt, uidOf } from './read.ts';
import { isFinished } from './workload-pods.ts';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

/** Runs the volume binder: every claim of a known class gets a volume of its own, and both go together. */
export function startClaims(context: SimulationContext): void {
  const claims = context.informer(CLAIMS);
  const lane = context.lane('claim', (key) => {
    const claim = claims.byKey(key);
    if (claim === undefined) return;
    if (isDeleting(claim)) release(context, claim);
    else if (textAt(claim, 'status', 'phase') !== 'Bound') bind(context, claim);
  });
  claims.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
    else dropVolume(context, object);
  });
  context.informer(STORAGE_CLASSES).subscribe(({ type }) => {
    if (type === 'ADDED') for (const claim of claims.all()) lane.add(keyOf(claim));
  });
  context.informer(PODS).subscribe(({ type, object }) => {
    if (type !== 'DELETED') return;
    for (const name of claimsOf(object)) lane.add(`${namespaceOf(object)}/${name}`);
  });
  startVolumes(context);
}

function startVolumes(context: SimulationContext): void {
  const volumes = context.informer(VOLUMES);
  const lane = context.lane('volume', (key) => {
    const volume = volumes.byKey(key);
    if (volume === undefined) return;
    if (isDeleting(volume)) {
      unprotect(context, volume, VOLUME_FINALIZER);
      return;
    }
    const phase = textAt(volume, 'spec', 'claimRef', 'uid') === '' ? 'Available' : 'Bound';
    if (textAt(volume, 'status', 'phase') === phase) return;
    writeStatus(context, VOLUMES, volume, { ...objectAt(volume, 'status'), phase });
  });
  volumes.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
}

function bind(context: SimulationContext, claim: KubernetesObject): void {
  const className = textAt(claim, 'spec', 'storageClassName');
  const named = textAt(claim, 'spec', 'volumeName');
  const volume = named === '' ? undefined : context.informer(VOLUMES).get('', named);
  if (named === '' && context.informer(STORAGE_CLASSES).get('', className) === undefined) return;
  if (named !== '' && volume === undefined) return;
  const name = named === '' ? `pvc-${uidOf(claim)}` : named;
  const known = volume ?? context.informer(VOLUMES).get('', name) ?? provision(context, claim, name, className);
  let bound = claim;
  if (named === '' || textAt(claim.metadata, 'annotations', 'pv.kubernetes.io/bind-completed') === '') {
    const annotations = {
      ...objectAt(claim.metadata, 'annotations'),
      'pv.kubernetes.io/bind-completed': 'yes',
      ...(named === '' ? { 'pv.kubernetes.io/bound-by-controller': 'yes' } : {}),
    };
    const spec = { ...objectAt(claim, 'spec'), volumeName: name };
    const next = { ...claim, metadata: { ...claim.metadata, annotations }, spec };
    bound = context.api.update(CLAIMS, next, { manager: CONTROLLER_MANAGER });
  }
  const accessModes = getPath(known, 'spec', 'accessModes') ?? [];
  const capacity = objectAt(known, 'spec', 'capacity');
  writeStatus(context, CLAIMS, bound, { accessModes, capacity, phase: 'Bound' });
}

function provision(
  context: SimulationContext,
  claim: KubernetesObject,
  name: string,
  className: string,
): KubernetesObject {
  const storage = textAt(claim, 'spec', 'resources', 'requests', 'storage');
  const volume: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: getPath(claim, 'spec', 'accessModes') ?? [],
      capacity: { storage },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: nameOf(claim),
        namespace: namespaceOf(claim),
        uid: uidOf(claim),
      },
      hostPath: { path: `/volumes/${name}` },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: className,
      volumeMode: textAt(claim, 'spec', 'volumeMode') || 'Filesystem',
    },
  };
  return context.api.create(VOLUMES, volume, { manager: CONTROLLER_MANAGER });
}

/** A claim that is being deleted goes once no pod uses it. */
function release(context: SimulationContext, claim: KubernetesObject): void {
  for (const pod of context.informer(PODS).inNamespace(namespaceOf(claim))) {
    if (!isFinished(pod) && claimsOf(pod).includes(nameOf(claim))) return;
  }
  unprotect(context, claim, CLAIM_FINALIZER);
}

function unprotect(context: SimulationContext, object: KubernetesObject, finalizer: string): void {
  const finalizers = object.metadata['finalizers'];
  if (!Array.isArray(finalizers) || !finalizers.includes(finalizer)) return;
  const kept = finalizers.filter((each) => each !== finalizer);
  const resource = object.kind === 'PersistentVolume' ? VOLUMES : CLAIMS;
  const patch = { metadata: { finalizers: kept.length === 0 ? null : kept } };
  context.api.patch(resource, namespaceOf(object), nameOf(object), patch, { manager: CONTROLLER_MANAGER });
}

function dropVolume(context: SimulationContext, claim: KubernetesObject): void {
  const volume = context.informer(VOLUMES).get('', textAt(claim, 'spec', 'volumeName'));
  if (volume === undefined || isDeleting(volume)) return;
  if (textAt(volume, 'spec', 'claimRef', 'uid') !== uidOf(claim)) return;
  if (textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') !== 'Delete') return;
  context.api.delete(VOLUMES, '', nameOf(volume), { uid: uidOf(volume) });
}

function claimsOf(pod: KubernetesObject): readonly string[] {
  return objectsAt(pod, 'spec', 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}
