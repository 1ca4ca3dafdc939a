import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

/** The text at a path, or `''`. */
export function textAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): string {
  const found = getPath(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number at a path, or `otherwise`. */
export function numberAt(
  value: JsonValue | undefined,
  otherwise: number,
  ...path: readonly (string | number)[]
): number {
  const found = getPath(value, ...path);
  return typeof found === 'number' ? found : otherwise;
}

/** The mapping at a path, or an empty one. */
export function objectAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonObject {
  const found = getPath(value, ...path);
  return isJsonObject(found) ? found : {};
}

/** The mappings in the list at a path. */
export function objectsAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonObject[] {
  const found = getPath(value, ...path);
  return Array.isArray(found) ? (found as readonly JsonValue[]).filter(isJsonObject) : [];
}

export function nameOf(object: KubernetesObject): string {
  return textAt(object.metadata, 'name');
}

export function namespaceOf(object: KubernetesObject): string {
  return textAt(object.metadata, 'namespace');
}

export function uidOf(object: KubernetesObject): string {
  return textAt(object.metadata, 'uid');
}

export function generationOf(object: KubernetesObject): number {
  return numberAt(object.metadata, 0, 'generation');
}

/** `namespace/name`: the key of queues and caches. */
export function keyOf(object: KubernetesObject): string {
  return `${namespaceOf(object)}/${nameOf(object)}`;
}

/** A key's two parts. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export function isDeleting(object: KubernetesObject): boolean {
  return textAt(object.metadata, 'deletionTimestamp') !== '';
}

export function labelsOf(object: KubernetesObject): JsonObject {
  return objectAt(object.metadata, 'labels');
}

export function annotationOf(object: KubernetesObject, name: string): string {
  return textAt(object.metadata, 'annotations', name);
}

/** The owner that controls the object. */
export function controllerOf(object: KubernetesObject): JsonObject | undefined {
  return objectsAt(object.metadata, 'ownerReferences').find((owner) => owner['controller'] === true);
}

/** The reference by which `owner` controls an object. */
export function controllerReference(owner: KubernetesObject): JsonObject {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A condition by its type. */
export function conditionOf(object: JsonValue | undefined, type: string): JsonObject | undefined {
  return objectsAt(object, 'conditions').find((condition) => condition['type'] === type);
}

/** A time as Kubernetes writes it. */
export function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since the epoch of a time at a path; NaN where there is none. */
export function timeAt(value: JsonValue | undefined, ...path: readonly (string | number)[]): number {
  return Date.parse(textAt(value, ...path));
}

/** Whether two values are the same, whatever the order of their keys. */
export function sameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    const a = left as readonly JsonValue[];
    const b = Array.isArray(right) ? (right as readonly JsonValue[]) : undefined;
    return b !== undefined && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}
