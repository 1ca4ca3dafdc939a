import { deepClone } from '../json/deep-clone.ts';
import { deepEqual } from '../json/deep-equal.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { patchInvalid } from './patch-invalid.ts';

/**
 * Applies a JSON merge patch (RFC 7386) as the API server does: null deletes; nulls inside what is new are dropped,
 * inside mappings in lists too. The document is left as it is. Throws PATCH_INVALID where the patch is no mapping.
 */
export function applyMergePatch(document: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) throw patchInvalid('a merge patch is a mapping');
  return isJsonObject(document) ? mergeInto(document, patch) : withoutNulls(patch);
}

/** The JSON merge patch that makes `modified` of `original`. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(modified)) {
    const before = getKey(original, key);
    if (before === undefined) setKey(patch, key, deepClone(value));
    else if (isJsonObject(before) && isJsonObject(value)) {
      const inner = createMergePatch(before, value);
      if (Object.keys(inner).length > 0) setKey(patch, key, inner);
    } else if (!deepEqual(before, value)) setKey(patch, key, deepClone(value));
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) setKey(patch, key, null);
  return patch;
}

function mergeInto(document: JsonObject, patch: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(document)) {
    if (!Object.hasOwn(patch, key)) setKey(result, key, deepClone(value));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) continue;
    const before = getKey(document, key) ?? null;
    if (isJsonObject(before)) setKey(result, key, isJsonObject(value) ? mergeInto(before, value) : deepClone(value));
    else setKey(result, key, withoutNulls(value));
  }
  return result;
}

/** A value without the keys that hold null, in mappings inside of lists too; a list's own nulls stay. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, child] of Object.entries(value)) if (child !== null) setKey(result, key, withoutNulls(child));
  return result;
}
