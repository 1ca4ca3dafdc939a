import { isJsonObject, setKey, type JsonValue, type KubernetesObject } from '@capstan/object';

/** An object under construction: a copy of its own, which defaults may write into. */
export type Draft = Record<string, JsonValue>;

/** A copy of an object that may be written into; for plain data many times faster than `structuredClone`. */
export function copyOf(object: KubernetesObject): KubernetesObject {
  return copyValue(object) as KubernetesObject;
}

function copyValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(copyValue);
  if (!isJsonObject(value)) return value;
  const copy: Draft = {};
  for (const [key, item] of Object.entries(value)) setKey(copy, key, copyValue(item));
  return copy;
}

/** Sets `key` where it is missing, null or an empty string. */
export function setDefault(draft: Draft, key: string, value: JsonValue): void {
  if (!Object.hasOwn(draft, key) || draft[key] === null || draft[key] === '') draft[key] = value;
}

/** The mapping under `key`, to be written into. */
export function child(draft: Draft | undefined, key: string): Draft | undefined {
  if (draft === undefined || !Object.hasOwn(draft, key)) return undefined;
  const value = draft[key];
  return isJsonObject(value) ? value : undefined;
}

/** The mapping under `key`, made when it is missing. */
export function ensureChild(draft: Draft, key: string): Draft {
  const known = child(draft, key);
  if (known !== undefined) return known;
  const made: Draft = {};
  draft[key] = made;
  return made;
}

/** The mappings in the list under `key`. */
export function children(draft: Draft | undefined, key: string): readonly Draft[] {
  if (draft === undefined || !Object.hasOwn(draft, key)) return [];
  const value = draft[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject).map((item) => item) : [];
}

/** The text under `key`, or `''`. */
export function text(draft: Draft | undefined, key: string): string {
  if (draft === undefined || !Object.hasOwn(draft, key)) return '';
  const value = draft[key];
  return typeof value === 'string' ? value : '';
}

/** Whether the list or mapping under `key` has anything in it. */
export function hasItems(draft: Draft, key: string): boolean {
  const value = Object.hasOwn(draft, key) ? draft[key] : undefined;
  return Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0;
}
