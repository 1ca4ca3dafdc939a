import { getKey, isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';
import { placesOf } from './access.ts';
import { preview, previewWithType, sortedKeys, toJson } from './encode.ts';
import { absolute, isNumber, toFloat, toIndex } from './numbers.ts';
import { add, compareValues } from './operators.ts';
import { CAUGHT, ENTRY, failAbout, JqError, KEY, spend, type Run } from './run.ts';
import { placeOf } from './search.ts';
import { explode } from './strings.ts';

/** `length`. @throws JqError */
export function lengthOf(value: JsonValue): JsonValue {
  if (value === null) return 0;
  if (typeof value === 'string') return explode(value).length;
  if (Array.isArray(value)) return value.length;
  if (isJsonObject(value)) {
    const { length } = Object.keys(value);
    spend(length * ENTRY);
    return length;
  }
  return absolute('length', value);
}

/** `keys`. @throws JqError */
export function keysOf(run: Run, value: JsonValue): JsonValue[] {
  const keys = Array.isArray(value)
    ? value.map((_, index) => index)
    : isJsonObject(value)
      ? sortedKeys(value)
      : undefined;
  if (keys === undefined) failAbout('keys cannot be applied to', value);
  run.make(keys.length);
  return keys;
}

/** What `.[]` goes over, in order: places or keys with values; undefined for what has none. */
export function entriesOf(value: JsonValue): readonly (readonly [string | number, JsonValue])[] | undefined {
  if (Array.isArray(value)) {
    spend(value.length * ENTRY);
    return (value as JsonArray).map((item, index) => [index, item]);
  }
  if (!isJsonObject(value)) return undefined;
  return sortedKeys(value).map((key) => [key, getKey(value, key) ?? null]);
}

/** `has`. @throws JqError */
export function has(value: JsonValue, key: JsonValue): JsonValue {
  if (Array.isArray(value) && isNumber(key)) {
    const at = toIndex(key) ?? -1;
    return at >= 0 && at < value.length;
  }
  if (isJsonObject(value) && typeof key === 'string') return Object.hasOwn(value, key);
  if (value === null) return false;
  return failOf('has', value, key);
}

/** `contains`. @throws JqError */
export function contains(run: Run, left: JsonValue, right: JsonValue): boolean {
  run.step();
  if (isNumber(left) && isNumber(right)) return left == right; // eslint-disable-line eqeqeq -- a bigint may equal a number
  if (typeof left === 'string' && typeof right === 'string') {
    spend((left.length + right.length) * 4);
    return placeOf(left, right) >= 0;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return (right as JsonArray).every((wanted) =>
      (left as JsonArray).some((item) => containsQuietly(run, item, wanted)),
    );
  }
  if (isJsonObject(left) && isJsonObject(right)) {
    return Object.keys(right).every((key) => {
      const [own, wanted] = [getKey(left, key), getKey(right, key)];
      return own !== undefined && wanted !== undefined && containsQuietly(run, own, wanted);
    });
  }
  if (left === right) return true;
  return failOf('contains', left, right);
}

/** Within lists and objects, values of different types are not contained, and no error. */
function containsQuietly(run: Run, left: JsonValue, right: JsonValue): boolean {
  try {
    return contains(run, left, right);
  } catch (error) {
    run.make(CAUGHT);
    if (error instanceof JqError) return false;
    throw error;
  }
}

/** `indices`, `index` and `rindex`. @throws JqError */
export function indices(run: Run, name: 'indices' | 'index' | 'rindex', value: JsonValue, part: JsonValue): JsonValue {
  if (value === null) return null;
  let places: readonly number[];
  if (Array.isArray(value)) {
    places = placesOf(run, value as JsonArray, Array.isArray(part) ? (part as JsonArray) : [part]);
  } else {
    if (typeof value !== 'string' || typeof part !== 'string') return failOf(name, value, part);
    places = placesOf(run, explode(value), explode(part));
  }
  if (name === 'indices') return [...places];
  return (name === 'index' ? places[0] : places.at(-1)) ?? null;
}

/** `add`: all values summed up; null for none. @throws JqError */
export function addAll(run: Run, values: readonly JsonValue[]): JsonValue {
  if (values.length > 0 && values.every((value) => typeof value === 'string')) {
    for (const value of values) run.make(value.length);
    return values.join('');
  }
  if (values.length > 0 && values.every((value) => Array.isArray(value))) {
    for (const list of values as readonly JsonArray[]) run.make(list.length * ENTRY);
    return (values as readonly JsonArray[]).flat();
  }
  if (values.length > 0 && values.every((value) => isJsonObject(value))) {
    for (const value of values) run.make(Object.keys(value).length * KEY);
    return Object.fromEntries(values.flatMap((value) => Object.entries(value)));
  }
  return values.reduce<JsonValue>((sum, value) => add(run, sum, value), null);
}

/** `join`. @throws JqError */
export function join(run: Run, value: JsonValue, separator: JsonValue): JsonValue {
  const entries = entriesOf(value) ?? failOf('join', value, separator);
  if (entries.length === 0) return '';
  const parts = entries.flatMap(([, item], index) => [
    index === 0 ? '' : separator,
    isNumber(item) || typeof item === 'boolean' ? toJson(item) : item,
  ]);
  return parts.reduce<JsonValue>((sum, part) => add(run, sum, part), null);
}

/** `flatten`, all the way when no depth is given. @throws JqError */
export function flatten(run: Run, value: JsonValue, depth: JsonValue | undefined): JsonValue {
  const entries = entriesOf(value) ?? failAbout('flatten cannot be applied to', value);
  const levels = depth === undefined ? Infinity : toFloat('flatten', depth);
  if (levels < 0 || Number.isNaN(levels)) throw new JqError(`flatten depth should not be negative: ${preview(levels)}`);
  const flat: JsonValue[] = [];
  const visit = (items: readonly JsonValue[], left: number): void => {
    run.make(items.length * ENTRY);
    for (const item of items) {
      if (Array.isArray(item) && left !== 0) visit(item as JsonArray, left - 1);
      else flat.push(item);
    }
  };
  visit(
    entries.map(([, item]) => item),
    levels,
  );
  return flat;
}

/** `min`, `max` and theirs by key: the first least, the last greatest. @throws JqError */
export function extreme(name: string, value: JsonValue, keys: JsonValue): JsonValue {
  const items = keyed(name, value, keys);
  const wanted = name.startsWith('min') ? 1 : -1;
  let best = items[0];
  for (const item of items.slice(1)) {
    if (best === undefined) break;
    const order = compareValues(best.key, item.key);
    if (wanted === 1 ? order > 0 : order <= 0) best = item;
  }
  return best?.value ?? null;
}

/** `sort` and `sort_by`: stable. @throws JqError */
export function sort(run: Run, name: string, value: JsonValue, keys: JsonValue): JsonValue {
  return sorted(run, name, value, keys).map((item) => item.value);
}

/** `group_by`. @throws JqError */
export function group(run: Run, name: string, value: JsonValue, keys: JsonValue): JsonValue {
  return groups(run, name, value, keys);
}

/** `unique` and `unique_by`: the first of each. @throws JqError */
export function unique(run: Run, name: string, value: JsonValue, keys: JsonValue): JsonValue {
  return groups(run, name, value, keys).map((members) => members[0] ?? null);
}

/** `transpose`: rows to columns, short ones filled with null. @throws JqError */
export function transpose(run: Run, value: JsonValue): JsonValue {
  if (!Array.isArray(value) || !(value as JsonArray).every((row) => Array.isArray(row))) {
    return failAbout('transpose cannot be applied to', value);
  }
  const rows = value as readonly JsonArray[];
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  run.make((width + 1) * rows.length * ENTRY);
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/** `bsearch`: the place, or one less than minus the place to insert at. @throws JqError */
export function binarySearch(value: JsonValue, wanted: JsonValue): JsonValue {
  if (!Array.isArray(value)) return failOf('bsearch', value, wanted);
  let [low, high] = [0, value.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareValues((value as JsonArray)[middle] ?? null, wanted) >= 0) high = middle;
    else low = middle + 1;
  }
  return low < value.length && compareValues((value as JsonArray)[low] ?? null, wanted) === 0 ? low : -low - 1;
}

interface Keyed {
  readonly value: JsonValue;
  readonly key: JsonValue;
}

function groups(run: Run, name: string, value: JsonValue, keys: JsonValue): JsonValue[][] {
  const found: { readonly key: JsonValue; readonly members: JsonValue[] }[] = [];
  for (const item of sorted(run, name, value, keys)) {
    const last = found.at(-1);
    if (last !== undefined && compareValues(last.key, item.key) === 0) last.members.push(item.value);
    else found.push({ key: item.key, members: [item.value] });
  }
  return found.map(({ members }) => members);
}

function sorted(run: Run, name: string, value: JsonValue, keys: JsonValue): Keyed[] {
  const items = keyed(name, value, keys);
  run.make(items.length * 64);
  return items.sort((left, right) => compareValues(left.key, right.key));
}

function keyed(name: string, value: JsonValue, keys: JsonValue): Keyed[] {
  if (!Array.isArray(value)) {
    return name.endsWith('_by') ? failOf(name, value, keys) : failAbout(`${name} cannot be applied to`, value);
  }
  if (!Array.isArray(keys) || keys.length !== value.length) return failOf(name, value, keys);
  spend(value.length * ENTRY);
  return (value as JsonArray).map((item, index) => ({ value: item, key: (keys as JsonArray)[index] ?? null }));
}

function failOf(name: string, value: JsonValue, argument: JsonValue): never {
  throw new JqError(`${name}(${preview(argument)}) cannot be applied to: ${previewWithType(value)}`);
}
