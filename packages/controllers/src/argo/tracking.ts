import type { IndexFunction } from '@capstan/kube';
import {
  gvkOf,
  refOf,
  setKey,
  getPath,
  isJsonObject,
  type JsonValue,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';
import { annotation } from './annotations.ts';
import { INSTALLATION_ID, TRACKING_ID } from './names.ts';

/** What a tracking id says: an Application, and the object that it was written on. */
export interface TrackingId extends ObjectRef {
  readonly application: string;
}

/** The index of tracked objects by their Application's name; the cache of a cluster is opened with it. */
export const TRACKING_INDEX = 'argo-tracking';

/** Indexes that the watch cache of a cluster needs for Applications. */
export const argoIndexes: Readonly<Record<string, IndexFunction>> = {
  [TRACKING_INDEX]: (object) => {
    const id = trackingIdOf(object);
    return id === undefined ? [] : [id.application];
  },
};

/** The tracking id of an object: `app:group/Kind:namespace/name`. A cluster-scoped one bears the destination's namespace. */
export function formatTrackingId(application: string, object: KubernetesObject, namespace: string): string {
  const { group, kind } = gvkOf(object);
  const ref = refOf(object);
  return `${application}:${group}/${kind}:${ref.namespace === '' ? namespace : ref.namespace}/${ref.name}`;
}

/**
 * Reads the tracking id of a live object; undefined where there is none or it is none. Capstan has no installation id:
 * an object that bears one is another installation's.
 */
export function trackingIdOf(object: KubernetesObject): TrackingId | undefined {
  if (annotation(object, INSTALLATION_ID) !== undefined) return undefined;
  const text = annotation(object, TRACKING_ID);
  return text === undefined ? undefined : parseTrackingId(text);
}

/** Reads a tracking id. */
export function parseTrackingId(text: string): TrackingId | undefined {
  const first = text.indexOf(':');
  const second = text.indexOf(':', first + 1);
  if (first <= 0 || second < 0) return undefined;
  const kinds = text.slice(first + 1, second).split('/');
  const names = text.slice(second + 1).split('/');
  const [group, kind] = kinds;
  const [namespace, name] = names;
  if (kinds.length !== 2 || names.length !== 2) return undefined;
  if (group === undefined || kind === undefined || namespace === undefined || name === undefined) return undefined;
  return { application: text.slice(0, first), group, kind, namespace, name };
}

/**
 * Whether an object's tracking id speaks of this very object. A copy of it (made by a controller that copies
 * annotations) does not count. An object without an id cannot be told, and counts.
 */
export function isSelfReferencing(object: KubernetesObject): boolean {
  const id = trackingIdOf(object);
  if (id === undefined) return true;
  const ref = refOf(object);
  return (
    id.group === ref.group &&
    id.kind === ref.kind &&
    id.name === ref.name &&
    (ref.namespace === '' || id.namespace === ref.namespace)
  );
}

/** Whether a live object says that it is this Application's, of this installation, and speaks of itself. */
export function isClaimedBy(live: KubernetesObject, application: string): boolean {
  const id = trackingIdOf(live);
  return id !== undefined && id.application === application && isSelfReferencing(live);
}

/** The object with its Application's tracking id. CRDs bear none, as upstream. */
export function withTracking(object: KubernetesObject, application: string, namespace: string): KubernetesObject {
  if (isDefinition(object)) return object;
  const annotations: Record<string, JsonValue> = {};
  const before = getPath(object.metadata, 'annotations');
  for (const [key, value] of Object.entries(isJsonObject(before) ? before : {}))
    if (key !== INSTALLATION_ID) setKey(annotations, key, value);
  annotations[TRACKING_ID] = formatTrackingId(application, object, namespace);
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Whether an object is a CustomResourceDefinition. */
export function isDefinition(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return object.kind === 'CustomResourceDefinition' && object.apiVersion.startsWith('apiextensions.k8s.io/');
}
