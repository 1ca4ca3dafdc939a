import type { IndexFunction } from '@capstan/kube';
import {
  gvkOf,
  refOf,
  setKey,
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type ObjectRef,
} from '@capstan/object';
import { annotation } from './annotations.ts';
import { INSTALLATION_ID, TRACKING_ID } from './names.ts';
import type { ArgoSettings } from './settings/argo-settings.ts';

/** How objects bear the Application that they belong to. */
export type Tracking = ArgoSettings['tracking'];

/** What a tracking id says: an Application, and the object that it was written on. */
export interface TrackingId extends ObjectRef {
  readonly application: string;
}

/** The index of tracked objects by their Application's name; the cache of a cluster is opened with it. */
export const TRACKING_INDEX = 'argo-tracking';

/** Indexes that the watch cache of a cluster needs for Applications, until settings say that a label is what counts. */
export const argoIndexes: Readonly<Record<string, IndexFunction>> = {
  [TRACKING_INDEX]: (object) => {
    const text = annotation(object, TRACKING_ID);
    const id = text === undefined || !isRoot(object) ? undefined : parseTrackingId(text);
    return id === undefined ? [] : [id.application];
  },
};

/** The label that the index of tracked objects goes by; undefined where it goes by the annotation, whosever that is. */
export function indexedLabel({ method, label }: Tracking): string | undefined {
  return method === 'label' ? label : undefined;
}

/** The index of tracked objects by a label, or by the annotation. */
export function trackingIndex(label: string | undefined): IndexFunction {
  if (label === undefined) return argoIndexes[TRACKING_INDEX] ?? (() => []);
  return (object) => {
    const value = getPath(object.metadata, 'labels', label);
    return typeof value === 'string' && value !== '' && isRoot(object) ? [value] : [];
  };
}

/** The name by which tracking marks know an Application: one outside the control namespace says where it is. */
export function instanceName(
  application: { readonly namespace: string; readonly name: string },
  controlNamespace: string,
): string {
  const { namespace, name } = application;
  return namespace === controlNamespace || namespace === '' ? name : `${namespace}_${name}`;
}

/** The Application that an instance name stands for. */
export function fromInstanceName(
  instance: string,
  controlNamespace: string,
): { readonly namespace: string; readonly name: string } {
  // Neither namespaces nor names have an underscore.
  const at = instance.indexOf('_');
  return at < 0
    ? { namespace: controlNamespace, name: instance }
    : { namespace: instance.slice(0, at), name: instance.slice(at + 1) };
}

/** The Application that a live object says it belongs to, by its instance name. */
export function applicationOf(object: KubernetesObject, tracking: Tracking): string | undefined {
  if (tracking.method !== 'label') return trackingIdOf(object, tracking)?.application;
  const value = getPath(object.metadata, 'labels', tracking.label);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The tracking id of an object: `app:group/Kind:namespace/name`. A cluster-scoped one bears the destination's namespace. */
export function formatTrackingId(application: string, object: KubernetesObject, namespace: string): string {
  const { group, kind } = gvkOf(object);
  const ref = refOf(object);
  return `${application}:${group}/${kind}:${ref.namespace === '' ? namespace : ref.namespace}/${ref.name}`;
}

/**
 * Reads the tracking id of a live object; undefined where there is none, where it is none, or where the object is
 * another installation's. Without an installation id of our own, whatever bears one is another's.
 */
export function trackingIdOf(object: KubernetesObject, tracking: Tracking): TrackingId | undefined {
  if ((annotation(object, INSTALLATION_ID) ?? '') !== tracking.installationId) return undefined;
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
 * annotations) does not count. An object without an id cannot be told, and counts; so does every one where a label
 * tells.
 */
export function isSelfReferencing(object: KubernetesObject, tracking: Tracking): boolean {
  const id = tracking.method === 'label' ? undefined : trackingIdOf(object, tracking);
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
export function isClaimedBy(live: KubernetesObject, application: string, tracking: Tracking): boolean {
  return isRoot(live) && applicationOf(live, tracking) === application && isSelfReferencing(live, tracking);
}

/** Longest value of a label. */
const LABEL_LIMIT = 63;
/** Of this label upstream knows that it was once written on templates, too. */
const LEGACY_LABEL = 'applications.argoproj.io/app-name';

/**
 * The object with its Application's marks: the annotation, the label, or both. A label beside the annotation is cut to
 * what a label holds; a label alone is not, since it would name another Application. CRDs bear none. Source:
 * argoproj/argo-cd util/argo/resource_tracking.go.
 */
export function withTracking(
  object: KubernetesObject,
  application: string,
  namespace: string,
  tracking: Tracking,
): KubernetesObject {
  if (isDefinition(object)) return object;
  const annotated = tracking.method === 'label' ? object : withAnnotation(object, application, namespace, tracking);
  switch (tracking.method) {
    case 'annotation':
      return annotated;
    case 'label':
      return withLabel(annotated, tracking.label, application);
    case 'annotation+label':
      return withLabel(annotated, tracking.label, cutLabel(application));
  }
}

/**
 * A live object as it is compared with a target: one that was tracked by a label alone is not told from its target by
 * the annotation that it will get, nor by the label that it will lose.
 */
export function liveAsTracked(
  live: KubernetesObject,
  target: KubernetesObject,
  { method, label }: Tracking,
): KubernetesObject {
  if (method === 'label' || isDefinition(live)) return live;
  const labels = getPath(live.metadata, 'labels');
  if (!isJsonObject(labels) || !Object.hasOwn(labels, label) || labels[label] === '') return live;
  const metadata: Record<string, JsonValue> = { ...live.metadata };
  const wanted = annotation(target, TRACKING_ID);
  if (annotation(live, TRACKING_ID) === undefined && wanted !== undefined)
    metadata['annotations'] = withKey(getPath(live.metadata, 'annotations'), TRACKING_ID, wanted);
  if (getPath(target.metadata, 'labels', label) === undefined) {
    const left = withoutKey(labels, label);
    if (Object.keys(left).length === 0) delete metadata['labels'];
    else metadata['labels'] = left;
  }
  return { ...live, metadata };
}

/** The object with the marks that a live one bears in place of its own. */
export function withTrackingOf(
  live: KubernetesObject,
  object: KubernetesObject,
  { label }: Tracking,
): KubernetesObject {
  const metadata: Record<string, JsonValue> = { ...object.metadata };
  for (const [part, keys] of [
    ['annotations', [TRACKING_ID, INSTALLATION_ID]],
    ['labels', [label]],
  ] as const) {
    let entries = getPath(object.metadata, part);
    for (const key of keys) {
      const borne = getPath(live.metadata, part, key);
      entries = typeof borne === 'string' ? withKey(entries, key, borne) : withoutKey(entries, key);
    }
    if (isJsonObject(entries) && Object.keys(entries).length > 0) metadata[part] = entries;
    else delete metadata[part];
  }
  return { ...object, metadata };
}

/** Whether an object is a CustomResourceDefinition. */
export function isDefinition(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return object.kind === 'CustomResourceDefinition' && object.apiVersion.startsWith('apiextensions.k8s.io/');
}

/**
 * Whether nothing else is responsible for an object. What has an owner goes with it, and is no Application's own though
 * it bears the same marks: so do tokens of service accounts, and volumes that a StatefulSet has asked for.
 */
export function isRoot(object: KubernetesObject): boolean {
  const owners = object.metadata['ownerReferences'];
  if (Array.isArray(owners) && owners.length > 0) return false;
  const { group, kind } = gvkOf(object);
  if (group === '' && kind === 'Endpoints') return false;
  if (group === '' && kind === 'Secret') return !isToken(object);
  if (group === '' && kind === 'PersistentVolumeClaim') return !isOfStatefulSet(object);
  if (group === 'operators.coreos.com' && kind === 'ClusterServiceVersion')
    return (annotation(object, 'olm.operatorGroup') ?? '') === '';
  return true;
}

function isToken(secret: KubernetesObject): boolean {
  const account = (part: string): boolean => (annotation(secret, `kubernetes.io/service-account.${part}`) ?? '') !== '';
  return secret['type'] === 'kubernetes.io/service-account-token' && account('name') && account('uid');
}

// Upstream asks whether the StatefulSet is there. When it has gone its data would go too, which nobody has asked for.
function isOfStatefulSet(claim: KubernetesObject): boolean {
  return /-\d+$/.test(refOf(claim).name) && annotation(claim, TRACKING_ID) === undefined;
}

function withAnnotation(
  object: KubernetesObject,
  application: string,
  namespace: string,
  { installationId }: Tracking,
): KubernetesObject {
  const before = withoutKey(getPath(object.metadata, 'annotations'), INSTALLATION_ID);
  const annotations = {
    ...before,
    ...(installationId === '' ? {} : { [INSTALLATION_ID]: installationId }),
    [TRACKING_ID]: formatTrackingId(application, object, namespace),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withLabel(object: KubernetesObject, label: string, value: string): KubernetesObject {
  const labels = withKey(getPath(object.metadata, 'labels'), label, value);
  const labelled = { ...object, metadata: { ...object.metadata, labels } };
  return label === LEGACY_LABEL && hasTemplate(object) ? withTemplateLabel(labelled, label, value) : labelled;
}

const workloads = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']);

function hasTemplate(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object);
  return (group === 'apps' && workloads.has(kind)) || (group === 'batch' && kind === 'Job');
}

function withTemplateLabel(object: KubernetesObject, label: string, value: string): KubernetesObject {
  const part = (from: JsonValue | undefined): JsonObject => (isJsonObject(from) ? from : {});
  const spec = part(object['spec']);
  const template = part(spec['template']);
  const metadata = part(template['metadata']);
  const labels = withKey(metadata['labels'], label, value);
  return { ...object, spec: { ...spec, template: { ...template, metadata: { ...metadata, labels } } } };
}

/** A value cut to what a label holds, so that it ends as a label may. */
function cutLabel(value: string): string {
  if (value.length <= LABEL_LIMIT) return value;
  return value.slice(0, LABEL_LIMIT).replace(/[^a-zA-Z0-9]+$/, '');
}

function withKey(from: JsonValue | undefined, key: string, value: string): JsonObject {
  const copy: Record<string, JsonValue> = { ...withoutKey(from, key) };
  setKey(copy, key, value);
  return copy;
}

function withoutKey(from: JsonValue | undefined, without: string): JsonObject {
  const copy: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(isJsonObject(from) ? from : {}))
    if (key !== without) setKey(copy, key, value);
  return copy;
}
