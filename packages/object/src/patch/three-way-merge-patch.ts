import { deepEqual } from '../json/deep-equal.ts';
import { getKey, isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import { createMergePatch, withoutNulls } from './merge-patch.ts';
import { patchInvalid } from './patch-invalid.ts';

/** The three sides of a client-side apply. */
export interface ThreeSides {
  /** What was applied last (the annotation on the live object); empty when nothing was. */
  readonly original: JsonObject;
  /** What is wanted now. */
  readonly modified: JsonObject;
  /** What is in the cluster. */
  readonly current: JsonObject;
}

/**
 * The JSON merge patch that client-side apply sends for kinds without merge keys (custom resources): what differs
 * between live and wanted, and deletions of what was applied and is wanted no more. As apimachinery's jsonmergepatch.
 * Throws PATCH_INVALID where both halves claim a field.
 */
export function createThreeWayMergePatch({ original, modified, current }: ThreeSides): JsonObject {
  const changes = keepNulls(createMergePatch(current, modified), false);
  const deletions = keepNulls(createMergePatch(original, modified), true);
  if (conflict(changes, deletions)) throw patchInvalid('a field is both changed and deleted by the three-way patch');
  // Merging drops the deletions' nulls only where a change takes their place.
  return mergePatches(deletions, changes);
}

function keepNulls(patch: JsonObject, nulls: boolean): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      if (nulls) setKey(kept, key, null);
    } else if (isJsonObject(value) && Object.keys(value).length > 0) {
      const inner = keepNulls(value, nulls);
      if (Object.keys(inner).length > 0) setKey(kept, key, inner);
    } else if (!nulls) setKey(kept, key, value);
  }
  return kept;
}

function conflict(left: JsonValue, right: JsonValue): boolean {
  if (!isJsonObject(left)) return !deepEqual(left, right);
  if (!isJsonObject(right)) return true;
  return Object.keys(left).some((key) => Object.hasOwn(right, key) && conflict(left[key] ?? null, right[key] ?? null));
}

function mergePatches(deletions: JsonObject, changes: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(deletions)) setKey(result, key, value);
  for (const [key, value] of Object.entries(changes)) {
    const before = getKey(deletions, key);
    if (isJsonObject(before) && isJsonObject(value)) setKey(result, key, mergePatches(before, value));
    else setKey(result, key, before === undefined || before === null ? withoutNulls(value) : value);
  }
  return result;
}
