import { compareUtf8 } from '../json/compare-utf8.ts';
import type { JsonArray, JsonObject, JsonValue } from '../json-value.ts';

/**
 * Whether two values are the same: numbers by what they count, maps whatever the order of their keys. Null and an
 * empty list or map are three different things.
 */
export function valuesEqual(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) return typeof left !== typeof right && Number(left) === Number(right);
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && listsEqual(left as JsonArray, right as JsonArray);
  return !Array.isArray(right) && mapsEqual(left as JsonObject, right as JsonObject);
}

function listsEqual(left: JsonArray, right: JsonArray): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    if (!valuesEqual(left[at] ?? null, right[at] ?? null)) return false;
  }
  return true;
}

function mapsEqual(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !valuesEqual(left[key] ?? null, right[key] ?? null)) return false;
  }
  return true;
}

/**
 * The order of values in field sets: numbers before text before booleans before lists before maps before null. Text goes
 * by its bytes in UTF-8.
 */
export function compareValues(left: JsonValue, right: JsonValue): number {
  const rank = rankOf(left);
  if (rank !== rankOf(right)) return rank - rankOf(right);
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return compareUtf8(left, right);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left as JsonArray, right as JsonArray);
  return left === null || right === null ? 0 : compareMaps(left as JsonObject, right as JsonObject);
}

function compareLists(left: JsonArray, right: JsonArray): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const order = compareValues(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareMaps(left: JsonObject, right: JsonObject): number {
  const leftKeys = Object.keys(left).sort(compareUtf8);
  const rightKeys = Object.keys(right).sort(compareUtf8);
  for (let at = 0; at < leftKeys.length && at < rightKeys.length; at++) {
    const [a, b] = [leftKeys[at] ?? '', rightKeys[at] ?? ''];
    const order = compareUtf8(a, b) || compareValues(left[a] ?? null, right[b] ?? null);
    if (order !== 0) return order;
  }
  return leftKeys.length - rightKeys.length;
}

function isNumber(value: JsonValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function rankOf(value: JsonValue): number {
  if (value === null) return 5;
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 0;
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    default:
      return Array.isArray(value) ? 3 : 4;
  }
}
