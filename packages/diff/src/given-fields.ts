import { isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';

/**
 * Of a value only the fields that `given` has, at every level: what a server filled in goes. Lists are taken item by
 * item, and what a list has beyond `given` stays, so that it shows in a comparison.
 */
export function onlyGivenFields(given: JsonObject, value: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, like] of Object.entries(given)) {
    const own = Object.hasOwn(value, key) ? value[key] : undefined;
    if (own !== undefined) setKey(result, key, reduced(like, own));
  }
  return result;
}

function reduced(given: JsonValue, value: JsonValue): JsonValue {
  if (isJsonObject(given) && isJsonObject(value)) return onlyGivenFields(given, value);
  if (!Array.isArray(given) || !Array.isArray(value)) return value;
  const likes: readonly JsonValue[] = given;
  return (value as readonly JsonValue[]).map((item, index) => {
    const like = likes[index];
    return like === undefined ? item : reduced(like, item);
  });
}

/** A value with the fields that only `full` has, at every level. Lists of another length are left as they are. */
export function withMissingFields(value: JsonObject, full: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, own] of Object.entries(value)) {
    const other = Object.hasOwn(full, key) ? full[key] : undefined;
    setKey(result, key, other === undefined ? own : completed(own, other));
  }
  for (const [key, other] of Object.entries(full)) if (!Object.hasOwn(value, key)) setKey(result, key, other);
  return result;
}

function completed(value: JsonValue, full: JsonValue): JsonValue {
  if (value === null) return full;
  if (isJsonObject(value) && isJsonObject(full)) return withMissingFields(value, full);
  if (!Array.isArray(value) || !Array.isArray(full) || value.length !== full.length) return value;
  const others: readonly JsonValue[] = full;
  return (value as readonly JsonValue[]).map((item, index) => completed(item, others[index] ?? item));
}
