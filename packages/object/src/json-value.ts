/**
 * A value as Capstan holds it in memory: plain, cloneable data. Numbers are JavaScript numbers, or bigint where an
 * integer lies beyond ±2⁵³. Key order is no part of a value. Keys are looked up with `Object.hasOwn`.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;

/** A list of values. */
export type JsonArray = readonly JsonValue[];

/** A mapping. Made with `setKey` or a literal, so that a key called `__proto__` is a key like any other. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether `value` is a mapping (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under `key`, or undefined when the mapping has no such key of its own. */
export function getKey(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets `key` on a mapping under construction; safe for `__proto__`. */
export function setKey(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** The value at `path`, descending through mappings by key and lists by index; undefined where it leads nowhere. */
export function getPath(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at)) at = typeof step === 'number' ? (at as JsonArray)[step] : undefined;
    else if (isJsonObject(at)) at = typeof step === 'string' ? getKey(at, step) : undefined;
    else return undefined;
  }
  return at;
}
