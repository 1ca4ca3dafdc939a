import type { JsonObject, JsonValue } from './json-value.ts';

/** `metadata` as far as Capstan reads it; other keys are kept. */
export interface ObjectMeta extends JsonObject {
  readonly name: string;
}

/** A Kubernetes object as plain data: at least apiVersion, kind and a metadata mapping. */
export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
}

/** A group and a kind, the unit of most rules. The core group is `''`. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** A group, version and kind. */
export interface GroupVersionKind extends GroupKind {
  readonly version: string;
}

/** Which object, whatever its version: the identity in inventories, queues and caches. Cluster-scoped: namespace `''`. */
export interface ObjectRef extends GroupKind {
  readonly namespace: string;
  readonly name: string;
}

/** `ObjectRef` with the version it was seen or written in. */
export interface VersionedRef extends ObjectRef {
  readonly version: string;
}

/** Group and version out of an apiVersion: `apps/v1` → apps, v1; `v1` → '', v1. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The apiVersion of a group and version. */
export function formatApiVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The GroupVersionKind of an object. */
export function gvkOf(object: KubernetesObject): GroupVersionKind {
  return { ...parseApiVersion(object.apiVersion), kind: object.kind };
}

/** Which object this is, with its version. */
export function refOf(object: KubernetesObject): VersionedRef {
  return { ...gvkOf(object), namespace: text(object.metadata['namespace']), name: text(object.metadata['name']) };
}

/** One string for a reference, fit for Map keys: `group/Kind/namespace/name`. */
export function refKey(ref: ObjectRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** A reference as people read it: `Deployment.apps shop/web`. */
export function formatRef(ref: ObjectRef): string {
  const kind = ref.group === '' ? ref.kind : `${ref.kind}.${ref.group}`;
  return ref.namespace === '' ? `${kind} ${ref.name}` : `${kind} ${ref.namespace}/${ref.name}`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
