import { deepEqual, isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';

/** Where two values differ, and how. An absent side is undefined. */
export interface ValueDifference {
  readonly path: readonly (string | number)[];
  readonly left?: JsonValue;
  readonly right?: JsonValue;
}

/** How many differences of one object are told apart; the rest is one difference at their common root. */
const MAX_DIFFERENCES = 200;

/**
 * The smallest set of paths at which two values differ. Mappings are compared key by key, lists item by item where they
 * are of one length, else as a whole.
 */
export function differencesBetween(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): readonly ValueDifference[] {
  const found: ValueDifference[] = [];
  compare(left, right, [], found);
  return found;
}

function compare(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  path: readonly (string | number)[],
  found: ValueDifference[],
): void {
  if (found.length >= MAX_DIFFERENCES) return;
  if (left !== undefined && right !== undefined && deepEqual(left, right)) return;
  if (isJsonObject(left) && isJsonObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
    for (const key of keys) compare(own(left, key), own(right, key), [...path, key], found);
    return;
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    const items: JsonArray = left;
    items.forEach((item, index) => compare(item, (right as JsonArray)[index], [...path, index], found));
    return;
  }
  if (left === undefined && right === undefined) return;
  found.push({ path, ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) });
}

function own(object: { readonly [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
