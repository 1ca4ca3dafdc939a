import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { compact, CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { CLAIMS, PODS, STORAGE_CLASSES, VOLUMES } from './resources.ts';
import { annotationOf, isDeleting, keyOf, nameOf, namespaceOf, objectAt, objectsAt, textAt, uidOf } from './read.ts';
import { classOf, isReservedFor, matchingVolume, provisions, waitsForConsumer } from './volume-match.ts';
import { startVolumes } from './volume-controller.ts';
import { isFinished } from './workload-pods.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';
const COMPLETED = 'pv.kubernetes.io/bind-completed';
const BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';

/** Says which node a claim's first pod is to run on; its class then makes the volume. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Runs the volume binder: claims get a volume that fits, or one made for them; both go together. */
export function startClaims(context: SimulationContext): void {
  const claims = context.informer(CLAIMS);
  const lane = context.lane('claim', (key) => {
    const claim = claims.byKey(key);
    if (claim === undefined) return;
    if (isDeleting(claim)) release(context, claim);
    else if (annotationOf(claim, COMPLETED) !== '') keep(context, claim);
    else bind(context, claim);
  });
  claims.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  const addUnbound = (): void => {
    for (const claim of claims.all()) if (textAt(claim, 'status', 'phase') !== 'Bound') lane.add(keyOf(claim));
  };
  context.informer(STORAGE_CLASSES).subscribe(({ type }) => {
    if (type === 'ADDED') addUnbound();
  });
  context.informer(VOLUMES).subscribe(({ type, object }) => {
    const reference = objectAt(object, 'spec', 'claimRef');
    const name = textAt(reference, 'name');
    if (name !== '') lane.add(`${textAt(reference, 'namespace')}/${name}`);
    else if (type !== 'DELETED') addUnbound();
  });
  context.informer(PODS).subscribe(({ type, object }) => {
    if (type !== 'DELETED') return;
    for (const name of claimsOf(object)) lane.add(`${namespaceOf(object)}/${name}`);
  });
  startVolumes(context);
}

/** Binds a claim that has no volume yet, or says what it waits for. */
function bind(context: SimulationContext, claim: KubernetesObject): void {
  const named = textAt(claim, 'spec', 'volumeName');
  const volume = named === '' ? candidate(context, claim) : context.informer(VOLUMES).get('', named);
  const isTaken = volume !== undefined && getPath(volume, 'spec', 'claimRef') !== undefined;
  if (volume === undefined || (isTaken && !isReservedFor(volume, claim))) {
    writeStatus(context, CLAIMS, claim, { ...objectAt(claim, 'status'), phase: 'Pending' });
    if (named === '') tellWhatIsMissing(context, claim);
    return;
  }
  const bound = reserve(context, volume, claim);
  const annotations = {
    ...objectAt(claim.metadata, 'annotations'),
    [COMPLETED]: 'yes',
    ...(named === '' ? { [BY_CONTROLLER]: 'yes' } : {}),
  };
  const spec = { ...objectAt(claim, 'spec'), volumeName: nameOf(volume) };
  const next = { ...claim, metadata: { ...claim.metadata, annotations }, spec };
  writeBound(context, context.api.update(CLAIMS, next, { manager: CONTROLLER_MANAGER }), bound);
}

/** The volume for a claim: one that is there, or one that its class makes. */
function candidate(context: SimulationContext, claim: KubernetesObject): KubernetesObject | undefined {
  const found = matchingVolume(context, claim);
  const waits = waitsForConsumer(context, claim);
  if (found !== undefined && (!waits || isReservedFor(found, claim))) return found;
  if (waits && annotationOf(claim, SELECTED_NODE) === '') return undefined;
  const storageClass = classOf(context, claim);
  return storageClass !== undefined && provisions(storageClass) ? provision(context, claim, storageClass) : undefined;
}

function tellWhatIsMissing(context: SimulationContext, claim: KubernetesObject): void {
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    context.events.record(claim, { type, reason, message, component: 'persistentvolume-controller' });
  const className = textAt(claim, 'spec', 'storageClassName');
  if (waitsForConsumer(context, claim) && annotationOf(claim, SELECTED_NODE) === '') {
    tell('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  } else if (className === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    tell('Normal', 'FailedBinding', message);
  } else if (classOf(context, claim) === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    tell('Warning', 'ProvisioningFailed', message);
  }
}

/** The volume with a reference to the claim. */
function reserve(context: SimulationContext, volume: KubernetesObject, claim: KubernetesObject): KubernetesObject {
  if (textAt(volume, 'spec', 'claimRef', 'uid') === uidOf(claim)) return volume;
  const isOurs = getPath(volume, 'spec', 'claimRef') === undefined;
  const annotations = { ...objectAt(volume.metadata, 'annotations'), ...(isOurs ? { [BY_CONTROLLER]: 'yes' } : {}) };
  const spec = { ...objectAt(volume, 'spec'), claimRef: claimReference(claim) };
  const next = { ...volume, metadata: { ...volume.metadata, annotations }, spec };
  return context.api.update(VOLUMES, next, { manager: CONTROLLER_MANAGER });
}

/** How a volume names its claim. */
export function claimReference(claim: KubernetesObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name: nameOf(claim),
    namespace: namespaceOf(claim),
    resourceVersion: textAt(claim.metadata, 'resourceVersion'),
    uid: uidOf(claim),
  };
}

function provision(
  context: SimulationContext,
  claim: KubernetesObject,
  storageClass: KubernetesObject,
): KubernetesObject {
  const name = `pvc-${uidOf(claim)}`;
  const known = context.informer(VOLUMES).get('', name);
  if (known !== undefined) return known;
  const storage = textAt(claim, 'spec', 'resources', 'requests', 'storage');
  const annotations = { 'pv.kubernetes.io/provisioned-by': textAt(storageClass, 'provisioner') };
  const volume: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations },
    spec: {
      accessModes: getPath(claim, 'spec', 'accessModes') ?? [],
      capacity: { storage },
      claimRef: claimReference(claim),
      hostPath: { path: `/volumes/${name}` },
      persistentVolumeReclaimPolicy: textAt(storageClass, 'reclaimPolicy') || 'Delete',
      storageClassName: nameOf(storageClass),
      volumeMode: textAt(claim, 'spec', 'volumeMode') || 'Filesystem',
    },
  };
  return context.api.create(VOLUMES, volume, { manager: CONTROLLER_MANAGER });
}

/** A bound claim that loses its volume has lost its data, and says so for good. */
function keep(context: SimulationContext, claim: KubernetesObject): void {
  const name = textAt(claim, 'spec', 'volumeName');
  const volume = context.informer(VOLUMES).get('', name);
  if (volume !== undefined && textAt(volume, 'spec', 'claimRef', 'uid') === uidOf(claim)) {
    writeBound(context, claim, volume);
    return;
  }
  if (volume !== undefined && getPath(volume, 'spec', 'claimRef') === undefined) {
    writeBound(context, claim, reserve(context, volume, claim));
    return;
  }
  if (textAt(claim, 'status', 'phase') === 'Lost') return;
  writeStatus(context, CLAIMS, claim, { phase: 'Lost' });
  const told =
    volume === undefined
      ? {
          reason: 'ClaimLost',
          message:
            name === ''
              ? 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!'
              : 'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
        }
      : {
          reason: 'ClaimMisbound',
          message: 'Two claims are bound to the same volume, this one is bound incorrectly',
        };
  context.events.record(claim, { type: 'Warning', ...told, component: 'persistentvolume-controller' });
}

function writeBound(context: SimulationContext, claim: KubernetesObject, volume: KubernetesObject): void {
  const accessModes = getPath(volume, 'spec', 'accessModes') ?? [];
  const capacity = objectAt(volume, 'spec', 'capacity');
  const { conditions } = objectAt(claim, 'status');
  writeStatus(context, CLAIMS, claim, compact({ accessModes, capacity, conditions, phase: 'Bound' }));
}

/** A claim that is being deleted goes once no pod uses it. */
function release(context: SimulationContext, claim: KubernetesObject): void {
  for (const pod of context.informer(PODS).inNamespace(namespaceOf(claim))) {
    if (!isFinished(pod) && claimsOf(pod).includes(nameOf(claim))) return;
  }
  const finalizers = claim.metadata['finalizers'];
  if (!Array.isArray(finalizers) || !finalizers.includes(FINALIZER)) return;
  const kept = finalizers.filter((each) => each !== FINALIZER);
  const patch = { metadata: { finalizers: kept.length === 0 ? null : kept } };
  context.api.patch(CLAIMS, namespaceOf(claim), nameOf(claim), patch, { manager: CONTROLLER_MANAGER });
}

/** The claims that a pod uses. */
export function claimsOf(pod: KubernetesObject): readonly string[] {
  return objectsAt(pod, 'spec', 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}
