import type { JsonArray, JsonValue } from '@capstan/object';
import { PathWriter } from './access.ts';
import {
  addAll,
  binarySearch,
  contains,
  entriesOf,
  extreme,
  flatten,
  group,
  has,
  indices,
  join,
  keysOf,
  lengthOf,
  sort,
  transpose,
  unique,
} from './collections.ts';
import { brokenDown, epochOf, formatDate, parseDate } from './dates.ts';
import { preview, previewWithType, toJson, typeName } from './encode.ts';
import {
  absolute,
  frexp,
  isNumber,
  MATH_OF_TWO,
  MATH_ON_INPUT,
  modf,
  parseNumber,
  toFloat,
  toIndex,
} from './numbers.ts';
import { splitText } from './operators.ts';
import { capturesOf, matchText } from './regex.ts';
import { CHARACTER, failAbout, JqError, KEY, spend, type Run } from './run.ts';
import {
  asciiCase,
  explode,
  format,
  fromJson,
  implode,
  textFor,
  textsFor,
  toText,
  trim,
  utf8Length,
} from './strings.ts';

/** A function of its input and of the values of its arguments. @throws JqError */
export type Native = (run: Run, input: JsonValue, args: readonly JsonValue[]) => JsonValue;

/** The functions of values, by name and number of arguments. */
export const NATIVES: Readonly<Record<string, Native>> = {
  ...onInput({
    not: (_run, value) => value === null || value === false,
    abs: (_run, value) => absolute('abs', value),
    length: (_run, value) => lengthOf(value),
    utf8bytelength: (_run, value) => utf8Length(textFor('utf8bytelength', value)),
    keys: keysOf,
    add: (run, value) => addAll(run, valuesOf('add', value)),
    toboolean: (_run, value) => toBoolean(value),
    tonumber: (_run, value) => toNumber(value),
    tostring: (_run, value) => toText(value),
    type: (_run, value) => typeName(value),
    reverse: (run, value) => reverse(run, value),
    ltrim: (_run, value) => trim(textFor('ltrim', value), 'start'),
    rtrim: (_run, value) => trim(textFor('rtrim', value), 'end'),
    trim: (_run, value) => trim(textFor('trim', value), 'both'),
    explode: (_run, value) => explode(textFor('explode', value)),
    implode: (_run, value) => implode(value),
    ascii_downcase: (_run, value) => asciiCase(textFor('ascii_downcase', value), 'lower'),
    ascii_upcase: (_run, value) => asciiCase(textFor('ascii_upcase', value), 'upper'),
    tojson: (run, value) => counted(run, toJson(value)),
    fromjson: (_run, value) => fromJson(value),
    flatten: (run, value) => flatten(run, value, undefined),
    min: (_run, value) => extreme('min', value, value),
    max: (_run, value) => extreme('max', value, value),
    sort: (run, value) => sort(run, 'sort', value, value),
    unique: (run, value) => unique(run, 'unique', value, value),
    transpose,
    frexp: (_run, value) => frexp(value),
    modf: (_run, value) => modf(value),
    infinite: () => Infinity,
    nan: () => NaN,
    isinfinite: (_run, value) => isNumber(value) && Math.abs(Number(value)) === Infinity,
    isfinite: (_run, value) => isNumber(value) && Math.abs(Number(value)) !== Infinity,
    isnan: (_run, value) => value !== null && Number.isNaN(toFloat('isnan', value)),
    isnormal: (_run, value) =>
      isNumber(value) && Number.isFinite(Number(value)) && Math.abs(Number(value)) >= 2 ** -1022,
    env: () => ({}),
    gmtime: (_run, value) => brokenDown(value),
    localtime: (_run, value) => brokenDown(value),
    mktime: (_run, value) => epochOf('mktime', value),
    now,
    error: (_run, value) => raise(value),
    halt: () => {
      throw new JqError('halt', null, true);
    },
    halt_error: (_run, value) => haltWith(value),
    _captures: (_run, value) => capturesOf(value),
  }),
  ...ofOne({
    has: (_run, value, key) => has(value, key),
    contains,
    inside: (run, value, container) => contains(run, container, value),
    indices: (run, value, part) => indices(run, 'indices', value, part),
    index: (run, value, part) => indices(run, 'index', value, part),
    rindex: (run, value, part) => indices(run, 'rindex', value, part),
    startswith: (_run, value, head) => onTexts('startswith', value, head, (text, part) => text.startsWith(part)),
    endswith: (_run, value, tail) => onTexts('endswith', value, tail, (text, part) => text.endsWith(part)),
    ltrimstr: (_run, value, head) => onTexts('ltrimstr', value, head, withoutHead),
    rtrimstr: (_run, value, tail) => onTexts('rtrimstr', value, tail, withoutTail),
    trimstr: (_run, value, part) =>
      onTexts('trimstr', value, part, (text, end) => withoutTail(withoutHead(text, end), end)),
    split: (run, value, separator) => splitText(run, textFor('split', value), textFor('split', separator)),
    join,
    flatten,
    delpaths: (run, value, paths) => new PathWriter(run, value).deleteAll(paths),
    bsearch: (_run, value, wanted) => binarySearch(value, wanted),
    format: (_run, value, name) => format(`@${textFor('format', name)}`, value),
    strftime: (run, value, pattern) => formatDate(value, dated(run, pattern)),
    strflocaltime: (run, value, pattern) => formatDate(value, dated(run, pattern)),
    strptime: (run, value, pattern) => parseDate(dated(run, value), dated(run, pattern)),
    error: (_run, _value, error) => raise(error),
    halt_error: (_run, value, code) =>
      toIndex(code) === undefined ? failAbout('halt_error cannot be applied to', code) : haltWith(value),
  }),
  'setpath/2': (run, input, [path = null, value = null]) => {
    const writer = new PathWriter(run, input);
    writer.set(path, value);
    return writer.value;
  },
  '_by/2': (run, input, [name = null, keys = null]) => byKey(run, toText(name), input, keys),
  '_match/3': (run, input, [expression = null, flags = null, testing = null]) =>
    matchText(run, input, expression, flags, testing === true),
  'fma/3': (_run, _input, [a = null, b = null, c = null]) => toFloat('fma', a) * toFloat('fma', b) + toFloat('fma', c),
  ...Object.fromEntries(
    Object.entries(MATH_ON_INPUT).map(([name, compute]): [string, Native] => [
      `${name}/0`,
      (_run, input) => compute(input),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(MATH_OF_TWO).map(([name, compute]): [string, Native] => [
      `${name}/2`,
      (_run, _input, [left = null, right = null]) => compute(left, right),
    ]),
  ),
};

function onInput(
  functions: Readonly<Record<string, (run: Run, value: JsonValue) => JsonValue>>,
): Record<string, Native> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, compute]): [string, Native] => [
      `${name}/0`,
      (run, input) => compute(run, input),
    ]),
  );
}

function ofOne(
  functions: Readonly<Record<string, (run: Run, value: JsonValue, argument: JsonValue) => JsonValue>>,
): Record<string, Native> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, compute]): [string, Native] => [
      `${name}/1`,
      (run, input, [argument = null]) => compute(run, input, argument),
    ]),
  );
}

function byKey(run: Run, name: string, value: JsonValue, keys: JsonValue): JsonValue {
  switch (name) {
    case 'sort_by':
      return sort(run, name, value, keys);
    case 'group_by':
      return group(run, name, value, keys);
    case 'unique_by':
      return unique(run, name, value, keys);
    default:
      return extreme(name, value, keys);
  }
}

function onTexts<Result extends JsonValue>(
  name: string,
  value: JsonValue,
  argument: JsonValue,
  compute: (text: string, argument: string) => Result,
): Result {
  const [text, part] = textsFor(name, value, argument);
  spend(part.length);
  return compute(text, part);
}

function withoutHead(text: string, head: string): string {
  return text.startsWith(head) ? text.slice(head.length) : text;
}

function withoutTail(text: string, tail: string): string {
  return text.endsWith(tail) ? text.slice(0, text.length - tail.length) : text;
}

function valuesOf(name: string, value: JsonValue): readonly JsonValue[] {
  const entries = entriesOf(value) ?? failAbout(`${name} cannot be applied to`, value);
  return entries.map(([, item]) => item);
}

function toBoolean(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value !== 'string') failAbout('toboolean cannot be applied to', value);
  throw new JqError(`toboolean cannot be applied to ${preview(value)}: invalid boolean`);
}

function toNumber(value: JsonValue): JsonValue {
  if (isNumber(value)) return value;
  const text = textFor('tonumber', value);
  // Digits take time by the square of their number.
  spend(text.length * CHARACTER + (text.length / 64) ** 2);
  return parseNumber(text, preview(value));
}

function reverse(run: Run, value: JsonValue): JsonValue {
  if (!Array.isArray(value)) failAbout('reverse cannot be applied to', value);
  run.make(value.length * 2);
  return [...(value as JsonArray)].reverse();
}

function counted(run: Run, text: string): string {
  run.make(text.length);
  return text;
}

/** Each letter of a date's pattern takes a while. */
function dated(run: Run, text: JsonValue): JsonValue {
  run.make(typeof text === 'string' ? (text.length + 16) * 2 * KEY : 0);
  return text;
}

function now(run: Run): JsonValue {
  if (run.nowSeconds === undefined) throw new JqError('now is not known here');
  return run.nowSeconds;
}

function raise(value: JsonValue): never {
  throw new JqError(`error: ${toText(value)}`, value);
}

function haltWith(value: JsonValue): never {
  throw new JqError(`halt error: ${previewWithType(value)}`, value, true);
}
