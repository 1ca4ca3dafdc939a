import { getPath, type JsonValue, type KubernetesObject } from '@capstan/object';
import { parseQuantity } from '../schema/index.ts';
import type { SimulationContext } from './context.ts';
import { matchesSelector } from './label-selector.ts';
import { STORAGE_CLASSES, VOLUMES } from './resources.ts';
import { isDeleting, labelsOf, nameOf, namespaceOf, objectAt, textAt, uidOf } from './read.ts';

/** The provisioner of a class whose volumes somebody makes by hand. */
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** The class of a claim; undefined where it names none, or one that is not there. */
export function classOf(context: SimulationContext, claim: KubernetesObject): KubernetesObject | undefined {
  const name = textAt(claim, 'spec', 'storageClassName');
  return name === '' ? undefined : context.informer(STORAGE_CLASSES).get('', name);
}

/** Whether volumes of the class are made for the claims that ask for them. */
export function provisions(storageClass: KubernetesObject): boolean {
  return textAt(storageClass, 'provisioner') !== NO_PROVISIONER;
}

/** Whether a claim waits for a pod that uses it. */
export function waitsForConsumer(context: SimulationContext, claim: KubernetesObject): boolean {
  return textAt(classOf(context, claim), 'volumeBindingMode') === 'WaitForFirstConsumer';
}

/**
 * The volume that a claim is to have, of those that are there: one that somebody reserved for it, else the smallest that
 * is free and fits.
 */
export function matchingVolume(context: SimulationContext, claim: KubernetesObject): KubernetesObject | undefined {
  let best: KubernetesObject | undefined;
  for (const volume of context.informer(VOLUMES).all()) {
    if (isReservedFor(volume, claim)) return volume;
    if (getPath(volume, 'spec', 'claimRef') !== undefined || isDeleting(volume) || !fits(volume, claim)) continue;
    if (best === undefined || isSmaller(volume, best)) best = volume;
  }
  return best;
}

/** Whether a volume's reference names the claim, be it without its uid. */
export function isReservedFor(volume: KubernetesObject, claim: KubernetesObject): boolean {
  const reference = objectAt(volume, 'spec', 'claimRef');
  const uid = textAt(reference, 'uid');
  return (
    reference['name'] === nameOf(claim) &&
    reference['namespace'] === namespaceOf(claim) &&
    (uid === '' || uid === uidOf(claim))
  );
}

/** Whether a volume has all that a claim asks for. */
export function fits(volume: KubernetesObject, claim: KubernetesObject): boolean {
  const modes = getPath(volume, 'spec', 'accessModes');
  const wanted = getPath(claim, 'spec', 'accessModes');
  const offered: readonly JsonValue[] = Array.isArray(modes) ? modes : [];
  const selector = getPath(claim, 'spec', 'selector');
  return (
    textAt(volume, 'spec', 'storageClassName') === textAt(claim, 'spec', 'storageClassName') &&
    modeOf(volume) === modeOf(claim) &&
    (Array.isArray(wanted) ? (wanted as readonly JsonValue[]) : []).every((mode) => offered.includes(mode)) &&
    sizeOf(volume, 'capacity') >= sizeOf(claim, 'resources', 'requests') &&
    (selector === undefined || matchesSelector(selector, labelsOf(volume)))
  );
}

function modeOf(object: KubernetesObject): string {
  return textAt(object, 'spec', 'volumeMode') || 'Filesystem';
}

function isSmaller(a: KubernetesObject, b: KubernetesObject): boolean {
  const left = sizeOf(a, 'capacity');
  const right = sizeOf(b, 'capacity');
  return left === right ? nameOf(a) < nameOf(b) : left < right;
}

function sizeOf(object: KubernetesObject, ...path: readonly string[]): bigint {
  return parseQuantity(textAt(object, 'spec', ...path, 'storage'))?.nano ?? 0n;
}
