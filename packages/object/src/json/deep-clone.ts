import { setKey, type JsonObject, type JsonValue } from '../json-value.ts';

/** A copy that shares no list or mapping with `value`. */
export function deepClone<Value extends JsonValue>(value: Value): Value;
export function deepClone(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => deepClone(item));
  const copy: Record<string, JsonValue> = {};
  for (const [key, child] of Object.entries(value as JsonObject)) setKey(copy, key, deepClone(child));
  return copy;
}
