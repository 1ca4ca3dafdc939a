import { getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

/** A list of mappings below an object; empty where there is none. */
export function entriesAt(object: JsonValue | undefined, ...path: readonly (string | number)[]): readonly JsonObject[] {
  const list = getPath(object, ...path);
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** A text below an object; '' where there is none. */
export function textAt(object: JsonValue | undefined, ...path: readonly (string | number)[]): string {
  const value = getPath(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** A condition of an object's status by type. */
export function conditionOf(object: KubernetesObject | undefined, type: string): JsonObject | undefined {
  return entriesAt(object, 'status', 'conditions').find((entry) => textAt(entry, 'type') === type);
}

/** An object's uid. */
export function uidOf(object: KubernetesObject | undefined): string {
  return textAt(object, 'metadata', 'uid');
}

/** An object's resourceVersion. */
export function versionOf(object: KubernetesObject | undefined): string {
  return textAt(object, 'metadata', 'resourceVersion');
}
