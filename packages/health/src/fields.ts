import { getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

/** A condition of an object's status, as far as health rules read it; what is absent is empty. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The text at a path; `fallback` where there is none. */
export function textAt(object: JsonObject, path: readonly string[], fallback = ''): string {
  const value = getPath(object, ...path);
  return typeof value === 'string' ? value : fallback;
}

/** The integer at a path; undefined where there is none. */
export function integerAt(object: JsonObject, ...path: readonly string[]): number | undefined {
  const value = getPath(object, ...path);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** The integer at a path, 0 where there is none: as Go reads a field of a struct. */
export function countAt(object: JsonObject, ...path: readonly string[]): number {
  return integerAt(object, ...path) ?? 0;
}

/** The mappings in the list at a path; none where there is no list. */
export function mappingsAt(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = getPath(object, ...path);
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

/** `status.conditions`. */
export function conditionsOf(object: JsonObject): readonly Condition[] {
  return mappingsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, ['type']),
    status: textAt(condition, ['status']),
    reason: textAt(condition, ['reason']),
    message: textAt(condition, ['message']),
  }));
}
