import type { JsonObject, KubernetesObject } from '@capstan/object';
import { CONTROLLER_MANAGER, type SimulationContext } from './context.ts';
import { CLAIMS } from './resources.ts';
import {
  controllerReference,
  isDeleting,
  nameOf,
  namespaceOf,
  objectAt,
  objectsAt,
  sameValue,
  textAt,
  uidOf,
} from './read.ts';

/** What becomes of the claims of a StatefulSet's pods when the set goes, and when it is scaled down. */
interface Retention {
  readonly deletesWithSet: boolean;
  readonly deletesWithPod: boolean;
}

/** The name of a pod's claim by a template. */
export function claimName(template: JsonObject, pod: string): string {
  return `${textAt(template, 'metadata', 'name')}-${pod}`;
}

/** Makes the claims that a pod lacks; `told` hears of each. */
export function createMissingClaims(
  context: SimulationContext,
  set: KubernetesObject,
  pod: string,
  told: (claim: string) => void,
): void {
  for (const template of objectsAt(set, 'spec', 'volumeClaimTemplates')) {
    const name = claimName(template, pod);
    if (context.informer(CLAIMS).get(namespaceOf(set), name) !== undefined) continue;
    const metadata = objectAt(template, 'metadata');
    const labels = { ...objectAt(metadata, 'labels'), ...objectAt(set, 'spec', 'selector', 'matchLabels') };
    const claim: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { ...metadata, name, namespace: namespaceOf(set), labels },
      spec: objectAt(template, 'spec'),
    };
    context.api.create(CLAIMS, claim, { manager: CONTROLLER_MANAGER });
    told(name);
  }
}

/**
 * Whether a claim of a pod that is to be made still belongs to the pod of that name before it: it goes with that one,
 * and the new pod waits for it.
 */
export function hasStaleClaim(context: SimulationContext, set: KubernetesObject, pod: string): boolean {
  if (!retentionOf(set).deletesWithPod) return false;
  return claimsOf(context, set, pod).some(
    (claim) => isDeleting(claim) || ownersOf(claim).some((owner) => owner['kind'] === 'Pod' && owner['name'] === pod),
  );
}

/** Lets a pod's claims belong to whom the retention policy says: to the set, to the pod that is one too many, to none. */
export function retainClaims(
  context: SimulationContext,
  set: KubernetesObject,
  pod: KubernetesObject,
  isSurplus: boolean,
): void {
  for (const claim of claimsOf(context, set, nameOf(pod))) {
    const owners = ownersOf(claim);
    const next = ownersAfter(owners, set, pod, isSurplus);
    if (next === undefined || sameValue(owners, next)) continue;
    const metadata = { ...claim.metadata, ownerReferences: next };
    context.api.update(CLAIMS, { ...claim, metadata }, { manager: CONTROLLER_MANAGER });
  }
}

/** The owners that a claim is to have; undefined where it belongs to a set or pod of before, which is left alone. */
function ownersAfter(
  owners: readonly JsonObject[],
  set: KubernetesObject,
  pod: KubernetesObject,
  isSurplus: boolean,
): readonly JsonObject[] | undefined {
  const own = owners.filter((owner) => isNamed(owner, set) || isNamed(owner, pod));
  if (own.some((owner) => owner['uid'] !== uidOf(isNamed(owner, set) ? set : pod))) return undefined;
  const others = owners.filter((owner) => !own.includes(owner));
  const { deletesWithSet, deletesWithPod } = retentionOf(set);
  if ((deletesWithSet || deletesWithPod) && others.some((owner) => owner['controller'] === true)) return others;
  if (deletesWithPod && isSurplus) return [...others, controllerReference(pod)];
  return deletesWithSet ? [...others, controllerReference(set)] : others;
}

function isNamed(owner: JsonObject, object: KubernetesObject): boolean {
  return owner['apiVersion'] === object.apiVersion && owner['kind'] === object.kind && owner['name'] === nameOf(object);
}

function retentionOf(set: KubernetesObject): Retention {
  const policy = objectAt(set, 'spec', 'persistentVolumeClaimRetentionPolicy');
  return { deletesWithSet: policy['whenDeleted'] === 'Delete', deletesWithPod: policy['whenScaled'] === 'Delete' };
}

function claimsOf(context: SimulationContext, set: KubernetesObject, pod: string): readonly KubernetesObject[] {
  return objectsAt(set, 'spec', 'volumeClaimTemplates').flatMap(
    (template) => context.informer(CLAIMS).get(namespaceOf(set), claimName(template, pod)) ?? [],
  );
}

function ownersOf(object: KubernetesObject): readonly JsonObject[] {
  return objectsAt(object.metadata, 'ownerReferences');
}
