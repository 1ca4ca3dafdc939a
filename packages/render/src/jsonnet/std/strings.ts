import { toText, quoteJson } from '../manifest.ts';
import { MAX_STRING_LENGTH } from '../limits.ts';
import { textOf } from '../operators.ts';
import { limitProblem, runtimeProblem } from '../problem.ts';
import { wellFormed } from '../string-literals.ts';
import { codePointCount, codePoints, codePointSlice } from '../text.ts';
import { arrayOf, boundedText, type Value } from '../values.ts';
import type { Builtin, Call } from './builtin.ts';
import { formatText } from './format.ts';
import { lengthOf } from './objects.ts';

const MAX_CODE_POINT = 0x10ffff;
const BLANK = ' \t\n\f\r\u0085\u00a0';
const xmlEscapes: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

const onText = (parameter: string, run: (text: string) => Value): Builtin => [
  parameter,
  (call) => {
    const text = call.text(0);
    call.machine.step(text.length);
    return run(text);
  },
];
const onAny = (parameter: string, run: (text: string) => string): Builtin => [
  parameter,
  (call) => boundedText(run(toText(call.machine, call.value(0)))),
];

// Named apart, since every object of JavaScript has a `toString` of another type.
const asText: Builtin = ['a', (call) => toText(call.machine, call.value(0))];

/** Functions on texts, whose letters are code points. */
export const stringBuiltins: Readonly<Record<string, Builtin>> = {
  length: ['x', (call) => lengthOf(call.value(0), codePointCount)],
  toString: asText,
  format: ['str vals', (call) => formatText(call.machine, call.text(0), call.value(1))],
  substr: ['str from len', substr],
  startsWith: ['a b', (call) => call.text(0).startsWith(call.text(1))],
  endsWith: ['a b', (call) => call.text(0).endsWith(call.text(1))],
  lstripChars: ['str chars', (call) => strip(call, { start: true, end: false })],
  rstripChars: ['str chars', (call) => strip(call, { start: false, end: true })],
  stripChars: ['str chars', (call) => strip(call, { start: true, end: true })],
  trim: onText('str', (text) => stripped(text, new Set(BLANK), { start: true, end: true })),
  stringChars: onText('str', (text) => arrayOf(codePoints(text))),
  codepoint: onText('str', (text) => {
    const length = codePointCount(text);
    if (length !== 1) throw runtimeProblem(`codepoint takes a string of length 1, got length ${length}`);
    return text.codePointAt(0) ?? 0;
  }),
  char: ['n', (call) => letter(call.number(0))],
  isEmpty: onText('str', (text) => text === ''),
  asciiUpper: onText('str', (text) => text.replace(/[a-z]/g, (found) => found.toUpperCase())),
  asciiLower: onText('str', lower),
  equalsIgnoreCase: ['str1 str2', (call) => lower(call.text(0)) === lower(call.text(1))],
  split: ['str c', (call) => arrayOf(split(call, call.text(0), call.text(1), -1))],
  splitLimit: ['str c maxsplits', (call) => arrayOf(split(call, call.text(0), call.text(1), call.number(2)))],
  splitLimitR: ['str c maxsplits', splitFromEnd],
  strReplace: ['str from to', replace],
  findSubstr: ['pat str', findAll],
  parseInt: onText('str', (text) => {
    if (text === '' || text === '-') throw runtimeProblem(`Not an integer: "${text}"`);
    return text.startsWith('-') ? -parseDigits(text.slice(1), 10) : parseDigits(text, 10);
  }),
  parseOctal: onText('str', (text) => {
    if (text === '') throw runtimeProblem('Not an octal number: ""');
    return parseDigits(text, 8);
  }),
  parseHex: onText('str', (text) => {
    if (text === '') throw runtimeProblem('Not hexadecimal: ""');
    return parseDigits(text, 16);
  }),
  escapeStringJson: onAny('str_', quoteJson),
  escapeStringPython: onAny('str', quoteJson),
  escapeStringBash: onAny('str_', (text) => `'${text.replaceAll("'", `'"'"'`)}'`),
  escapeStringDollars: onAny('str_', (text) => text.replaceAll('$', '$$$$')),
  escapeStringXML: onAny('str_', (text) => text.replace(/[<>&"']/g, (found) => xmlEscapes[found] ?? found)),
  resolvePath: ['f r', (call) => [...call.text(0).split('/').slice(0, -1), call.text(1)].join('/')],
};

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (found) => found.toLowerCase());
}

function letter(code: number): string {
  if (code > MAX_CODE_POINT) throw runtimeProblem(`Invalid unicode codepoint, got ${code}`);
  if (code < 0) throw runtimeProblem(`Codepoints must be >= 0, got ${code}`);
  return wellFormed(String.fromCodePoint(Math.trunc(code)));
}

function substr(call: Call): Value {
  const text = call.text(0);
  const from = call.number(1);
  const length = call.number(2);
  if (!Number.isInteger(from)) throw runtimeProblem(`substr second parameter should be an integer, got ${from}`);
  if (!Number.isInteger(length)) throw runtimeProblem(`substr third parameter should be an integer, got ${length}`);
  if (from < 0) throw runtimeProblem(`substr second parameter should be greater than zero, got ${from}`);
  if (length < 0) throw runtimeProblem(`substr third parameter should be greater than zero, got ${length}`);
  return codePointSlice(text, from, from + length);
}

function strip(call: Call, sides: { readonly start: boolean; readonly end: boolean }): Value {
  const chars = call.value(1);
  const set = new Set(typeof chars === 'string' ? codePoints(chars) : call.array(1).map((item) => textOf(item.get())));
  return stripped(call.text(0), set, sides);
}

function stripped(
  text: string,
  chars: ReadonlySet<string>,
  sides: { readonly start: boolean; readonly end: boolean },
): string {
  const letters = codePoints(text);
  let from = 0;
  let to = letters.length;
  while (sides.start && from < to && chars.has(letters[from] ?? '')) from++;
  while (sides.end && to > from && chars.has(letters[to - 1] ?? '')) to--;
  return letters.slice(from, to).join('');
}

/** Parts of a text between separators; after so many separators the rest stays whole. */
function split(call: Call, text: string, separator: string, limit: number): readonly string[] {
  if (separator === '') throw runtimeProblem('std.splitLimit second parameter must have length 1 or greater, got 0');
  const parts: string[] = [];
  let from = 0;
  while (limit === -1 || parts.length < limit) {
    const at = text.indexOf(separator, from);
    if (at < 0) break;
    parts.push(text.slice(from, at));
    from = at + separator.length;
    call.machine.step(1);
  }
  parts.push(text.slice(from));
  return parts;
}

function splitFromEnd(call: Call): Value {
  const text = call.text(0);
  const separator = call.text(1);
  const limit = call.number(2);
  if (limit < -1) throw runtimeProblem(`std.splitLimitR third parameter should be -1 or non-negative, got ${limit}`);
  if (limit === -1) return arrayOf(split(call, text, separator, -1));
  const turn = (word: string): string => [...codePoints(word)].reverse().join('');
  const parts = split(call, turn(text), turn(separator), limit);
  return arrayOf(parts.map(turn).reverse());
}

function replace(call: Call): Value {
  const from = call.text(1);
  const to = call.text(2);
  if (from === '') throw runtimeProblem("'from' string must not be zero length.");
  const parts = call.text(0).split(from);
  call.machine.step(parts.length);
  const length = parts.reduce((sum, part) => sum + part.length, 0) + (parts.length - 1) * to.length;
  // Before it is made: the text itself may be more than there is room for.
  if (length > MAX_STRING_LENGTH) throw limitProblem(`a text is longer than ${MAX_STRING_LENGTH} characters`);
  return parts.join(to);
}

function findAll(call: Call): Value {
  const pattern = call.text(0);
  const text = call.text(1);
  const places: number[] = [];
  if (pattern === '') return arrayOf([]);
  for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
    call.machine.step(1);
    places.push(at);
  }
  const counted = codePointCount(text) === text.length;
  return arrayOf(counted ? places : places.map((at) => codePointCount(text.slice(0, at))));
}

function parseDigits(text: string, base: number): number {
  let sum = 0;
  for (const digit of text) {
    const code = digit.codePointAt(0) ?? 0;
    const value = code >= 97 ? code - 97 + 10 : code >= 65 ? code - 65 + 10 : code - 48;
    if (value < 0 || value >= base) throw runtimeProblem(`${text} is not a base ${base} integer`);
    sum = base * sum + value;
  }
  return sum;
}
