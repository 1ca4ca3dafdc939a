import { getPath, type KubernetesObject } from '@capstan/object';
import { CONTROLLER_MANAGER, writeStatus, type SimulationContext } from './context.ts';
import { CLAIMS, VOLUMES } from './resources.ts';
import { isDeleting, keyOf, nameOf, objectAt, textAt, uidOf } from './read.ts';

const FINALIZER = 'kubernetes.io/pv-protection';

/** Runs the volumes' side of binding: their phase, and what becomes of one whose claim is gone. */
export function startVolumes(context: SimulationContext): void {
  const volumes = context.informer(VOLUMES);
  const lane = context.lane('volume', (key) => {
    const volume = volumes.byKey(key);
    if (volume === undefined) return;
    const phase = phaseOf(context, volume);
    if (isDeleting(volume)) {
      if (phase !== 'Bound') unprotect(context, volume);
      return;
    }
    if (textAt(volume, 'status', 'phase') !== phase) {
      writeStatus(context, VOLUMES, volume, { ...objectAt(volume, 'status'), phase });
    }
    if (phase === 'Released' && textAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete') {
      context.api.delete(VOLUMES, '', nameOf(volume), { uid: uidOf(volume) });
    }
  });
  volumes.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  context.informer(CLAIMS).subscribe(({ object }) => {
    const name = textAt(object, 'spec', 'volumeName');
    if (name !== '') lane.add(`/${name}`);
  });
}

/** A reference without a uid reserves the volume; one to a claim that is gone leaves it with the data of that claim. */
function phaseOf(context: SimulationContext, volume: KubernetesObject): 'Available' | 'Bound' | 'Released' {
  const reference = objectAt(volume, 'spec', 'claimRef');
  const uid = textAt(reference, 'uid');
  if (uid === '') return 'Available';
  const claim = context.informer(CLAIMS).get(textAt(reference, 'namespace'), textAt(reference, 'name'));
  return claim !== undefined && uidOf(claim) === uid ? 'Bound' : 'Released';
}

function unprotect(context: SimulationContext, volume: KubernetesObject): void {
  const finalizers = getPath(volume, 'metadata', 'finalizers');
  if (!Array.isArray(finalizers) || !finalizers.includes(FINALIZER)) return;
  const kept = finalizers.filter((each) => each !== FINALIZER);
  const patch = { metadata: { finalizers: kept.length === 0 ? null : kept } };
  context.api.patch(VOLUMES, '', nameOf(volume), patch, { manager: CONTROLLER_MANAGER });
}
