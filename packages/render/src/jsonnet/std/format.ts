import type { Machine } from '../machine.ts';
import { toText } from '../manifest.ts';
import { MAX_STRING_LENGTH } from '../limits.ts';
import { limitProblem, runtimeProblem, type Place } from '../problem.ts';
import { codePointCount } from '../text.ts';
import { ArrayValue, boundedText, Lazy, ObjectValue, typeOf, type Value } from '../values.ts';
import { decimal, hexadecimal, scientific, whole, type NumberFlags } from './format-number.ts';

/** Python's `%` as far as Jsonnet has it: a text with codes, and the values that take their places. */
interface Code {
  readonly key: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly width: number | '*';
  readonly precision: number | '*' | undefined;
  readonly type: string;
}

/** Fills the codes of a text with values: one, an array of them, or an object that they are looked up in. */
export function formatText(machine: Machine, text: string, values: Value, place?: Place): string {
  const parts = parseCodes(text, place);
  machine.step(parts.length);
  const filled =
    values instanceof ObjectValue
      ? fromObject(machine, parts, values, place)
      : fromList(machine, parts, values instanceof ArrayValue ? values.items : [Lazy.of(values)], place);
  return boundedText(filled);
}

function parseCodes(text: string, place?: Place): readonly (string | Code)[] {
  const parts: (string | Code)[] = [];
  const pattern = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?/y;
  let at = 0;
  for (;;) {
    const percent = text.indexOf('%', at);
    if (percent < 0) break;
    parts.push(text.slice(at, percent));
    pattern.lastIndex = percent;
    const found = pattern.exec(text);
    const end = pattern.lastIndex;
    const type = text.slice(end, end + (codePointCount(text.slice(end, end + 2)) === 1 ? 2 : 1));
    if (found === null || type === '') throw runtimeProblem('Truncated format code.', place);
    if (!'diuoxXeEfFgGcs%'.includes(type)) throw runtimeProblem(`Unrecognised conversion type: ${type}`, place);
    const [, key, flags = '', width = '', precision] = found;
    parts.push({
      key,
      flags: new Set(flags),
      width: width === '*' ? '*' : bounded(width),
      precision: precision === undefined ? undefined : precision === '*' ? '*' : bounded(precision),
      type,
    });
    at = end + type.length;
  }
  parts.push(text.slice(at));
  return parts;
}

function bounded(digits: string): number {
  const value = Number(digits);
  if (value > MAX_STRING_LENGTH) throw limitProblem(`a text is longer than ${MAX_STRING_LENGTH} characters`);
  return value;
}

function fromList(machine: Machine, parts: readonly (string | Code)[], values: readonly Lazy[], place?: Place): string {
  let next = 0;
  const take = (atLeast: string): Value => {
    const value = values[next];
    if (value === undefined)
      throw runtimeProblem(`Not enough values to format: ${values.length}, expected ${atLeast} ${next}`, place);
    next++;
    return value.get();
  };
  const size = (value: number | '*' | undefined): number | undefined => {
    if (value !== '*') return value;
    const given = take('at least');
    if (typeof given !== 'number') throw runtimeProblem(`Unexpected type ${typeOf(given)}, expected number`, place);
    return bounded(String(given));
  };
  const filled = parts.map((part) => {
    if (typeof part === 'string') return part;
    const width = size(part.width) ?? 0;
    const precision = size(part.precision);
    const at = next;
    const text =
      part.type === '%'
        ? '%'
        : formatOne(machine, take('more than'), part, { width, precision, at: String(at) }, place);
    return padded(text, width, part);
  });
  if (next < values.length)
    throw runtimeProblem(`Too many values to format: ${values.length}, expected ${next}`, place);
  return filled.join('');
}

function fromObject(machine: Machine, parts: readonly (string | Code)[], values: ObjectValue, place?: Place): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const { key, width, precision, type } = part;
      if (key === undefined) throw runtimeProblem('Mapping keys required.', place);
      if (width === '*') throw runtimeProblem('Cannot use * field width with object.', place);
      if (precision === '*') throw runtimeProblem('Cannot use * precision with object.', place);
      if (type === '%') return padded('%', width, part);
      const value = values.get(key);
      if (value === undefined) throw runtimeProblem(`No such field: ${key}`, place);
      return padded(formatOne(machine, value, part, { width, precision, at: key }, place), width, part);
    })
    .join('');
}

function padded(text: string, width: number, { flags }: Code): string {
  const missing = ' '.repeat(Math.max(0, width - codePointCount(text)));
  return flags.has('-') ? text + missing : missing + text;
}

function formatOne(
  machine: Machine,
  value: Value,
  { flags, type }: Code,
  { width, precision, at }: { readonly width: number; readonly precision: number | undefined; readonly at: string },
  place?: Place,
): string {
  if (type === 's') return toText(machine, value);
  if (type === 'c') return character(value, place);
  if (typeof value !== 'number') throw runtimeProblem(`Format required number at ${at}, got ${typeOf(value)}`, place);
  const number: NumberFlags = {
    zeroPad: flags.has('0') && !flags.has('-') ? width : 0,
    blank: flags.has(' '),
    plus: flags.has('+'),
    alternative: flags.has('#'),
    capitals: type === type.toUpperCase(),
  };
  const digits = precision ?? 0;
  switch (type.toLowerCase()) {
    case 'd':
    case 'i':
    case 'u':
      return whole(value, 10, digits, number);
    case 'o':
      return whole(value, 8, digits, number);
    case 'x':
      return hexadecimal(value, digits, number);
    case 'f':
      return decimal(value, { digits: precision ?? 6, trailing: true }, number);
    case 'e':
      return scientific(value, { digits: precision ?? 6, trailing: true }, number);
    default:
      return general(value, precision ?? 6, number);
  }
}

function general(value: number, precision: number, flags: NumberFlags): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(10));
  if (exponent < -4 || exponent >= precision)
    return scientific(value, { digits: precision - 1, trailing: flags.alternative }, flags);
  return decimal(value, { digits: precision - Math.max(1, exponent + 1), trailing: flags.alternative }, flags);
}

function character(value: Value, place?: Place): string {
  if (typeof value === 'number') return String.fromCodePoint(Math.min(0x10ffff, Math.max(0, Math.trunc(value))));
  if (typeof value !== 'string') throw runtimeProblem(`%c expected number / string, got: ${typeOf(value)}`, place);
  const length = codePointCount(value);
  if (length !== 1) throw runtimeProblem(`%c expected 1-sized string got: ${length}`, place);
  return value;
}
