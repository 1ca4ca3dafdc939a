import { isDeepStrictEqual } from 'node:util';
import { canonicalJson, isJsonObject, parseJson, type JsonValue } from '@capstan/object';
import { z } from 'zod';
import type { CaseResult } from '../corpus.ts';
import { expectEqual, failed, passed } from '../expect.ts';

/** One statement about a place in an object. A path element `{parsed: true}` reads the JSON text that stands there. */
export const check = z.strictObject({
  object: z.string(),
  path: z.array(z.union([z.string(), z.number(), z.strictObject({ parsed: z.literal(true) })])),
  op: z.enum([
    'equals',
    'notEquals',
    'present',
    'absent',
    'empty',
    'notEmpty',
    'length',
    'textContains',
    'textNotContains',
    'hasKey',
    'hasNoKey',
    'hasEntry',
    'null',
    'notNull',
  ]),
  value: z.unknown().optional(),
});

/** A statement about an object. */
export type Check = z.infer<typeof check>;

/** Whether a statement holds of an object; undefined: there is none. */
export function holds(of: Check, object: JsonValue | undefined): CaseResult {
  const value = valueAt(object, of.path);
  const what = `${of.object} ${of.path.map((step) => (typeof step === 'object' ? '(parsed)' : step)).join('.')} ${of.op}`;
  if (of.op === 'equals') return expectEqual(value, of.value, what);
  if (of.op === 'length') return expectEqual(lengthOf(value), of.value, what);
  const wanted = typeof of.value === 'string' ? of.value : '';
  const isTrue = {
    notEquals: () => !isDeepStrictEqual(value, of.value),
    present: () => value !== undefined,
    absent: () => value === undefined,
    // Go's own words: its zero values are empty, and what is absent is null.
    empty: () => isEmpty(value),
    notEmpty: () => !isEmpty(value),
    null: () => value === undefined || value === null,
    notNull: () => value !== undefined && value !== null,
    textContains: () => textOf(value).includes(wanted),
    textNotContains: () => !textOf(value).includes(wanted),
    hasKey: () => isJsonObject(value) && Object.hasOwn(value, wanted),
    hasNoKey: () => !(isJsonObject(value) && Object.hasOwn(value, wanted)),
    hasEntry: () => hasEntry(value, of.value),
  }[of.op]();
  return isTrue ? passed : failed(`${what} ${JSON.stringify(of.value) ?? ''}: it is ${textOf(value)}`);
}

function valueAt(object: JsonValue | undefined, path: Check['path']): JsonValue | undefined {
  let value = object;
  for (const step of path) {
    if (typeof step === 'object') value = typeof value === 'string' ? parseJson(value) : undefined;
    else if (typeof step === 'number') value = Array.isArray(value) ? (value as readonly JsonValue[])[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function lengthOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === false || value === 0 || lengthOf(value) === 0;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : canonicalText(value);
}

function canonicalText(value: JsonValue | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** Whether a list holds an item, or a mapping entries, with all that is wanted; either may have more. */
function hasEntry(value: JsonValue | undefined, wanted: unknown): boolean {
  const has = (entry: JsonValue): boolean =>
    isDeepStrictEqual(entry, wanted) ||
    (isJsonObject(entry) &&
      typeof wanted === 'object' &&
      wanted !== null &&
      Object.entries(wanted).every(([key, each]) => isDeepStrictEqual(entry[key], each)));
  return Array.isArray(value) ? (value as readonly JsonValue[]).some(has) : value !== undefined && has(value);
}
