import { runesOf, toByteText, type ByteText } from './byte-text.ts';
import { matchesPattern, type Steps } from './match-pattern.ts';
import { problem } from './problem.ts';

/** Bounds of what an operator may cost. */
export interface Meter extends Steps {
  /** Throws where a value would be larger than is allowed. */
  size(bytes: number): void;
}

type Operator = (value: ByteText, args: readonly ByteText[], meter: Meter) => ByteText;

const operators: Readonly<Record<string, Operator>> = {
  ',': (value) => mapFirst(value, lower),
  ',,': (value) => mapRunes(value, lower),
  '^': (value) => mapFirst(value, upper),
  '^^': (value) => mapRunes(value, upper),
  '#': (value, [pattern], meter) =>
    pattern === undefined ? String(value.length) : withoutShortest(value, pattern, meter),
  '##': (value, [pattern = ''], meter) => withoutLongest(value, pattern, meter),
  '%': (value, [pattern = ''], meter) => reversed(withoutShortest(reversed(value), reversed(pattern), meter)),
  '%%': (value, [pattern = ''], meter) => reversed(withoutLongest(reversed(value), reversed(pattern), meter)),
  ':': (value, [offset = '', length]) => substring(value, offset, length),
  '/': (value, [from = '', to = ''], meter) => {
    const at = value.indexOf(from);
    meter.size(value.length + to.length);
    return at < 0 ? value : value.slice(0, at) + to + value.slice(at + from.length);
  },
  '//': (value, [from = '', to = ''], meter) => replaceAll(value, from, to, meter),
  '/#': (value, [from = '', to], meter) => {
    meter.size(value.length + (to?.length ?? 0));
    return to === undefined || !value.startsWith(from) ? value : to + value.slice(from.length);
  },
  '/%': (value, [from = '', to], meter) => {
    meter.size(value.length + (to?.length ?? 0));
    return to === undefined || !value.endsWith(from) ? value : value.slice(0, value.length - from.length) + to;
  },
};

/** The operators that say what holds for a variable that is not set. */
export const fallbackOperators: ReadonlySet<string> = new Set(['-', '+', '=', '?', ':-', ':+', ':=', ':?']);

/** What an operator makes of a value. Those that are none of their own, and none at all, give the words for an empty one. */
export function applyOperator(name: string, value: ByteText, args: readonly ByteText[], meter: Meter): ByteText {
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator !== undefined) return operator(value, args, meter);
  return value === '' ? args.join('') : value;
}

function mapRunes(value: ByteText, change: (rune: string) => string): ByteText {
  let result = '';
  for (const { rune } of runesOf(value)) result += toByteText(change(rune));
  return result;
}

function mapFirst(value: ByteText, change: (rune: string) => string): ByteText {
  for (const { rune, bytes } of runesOf(value)) return toByteText(change(rune)) + value.slice(bytes.length);
  return value;
}

// Go maps a letter to one letter, never to two.
function lower(rune: string): string {
  return rune === '\u0130' ? 'i' : single(rune, rune.toLowerCase());
}

function upper(rune: string): string {
  return single(rune, rune.toUpperCase());
}

function single(before: string, after: string): string {
  const [first, ...more] = after;
  return first !== undefined && more.length === 0 ? first : before;
}

function reversed(value: ByteText): ByteText {
  return [...runesOf(value)]
    .map(({ bytes }) => bytes)
    .reverse()
    .join('');
}

/** The value without the shortest beginning that the pattern matches; an empty one never counts. */
function withoutShortest(value: ByteText, pattern: ByteText, meter: Meter): ByteText {
  let shortest = 0;
  for (let end = value.length; end > 0; end--) {
    const matches = matchesPattern(pattern, value.slice(0, end), meter);
    if (matches === undefined) return value;
    if (matches) shortest = end;
  }
  return value.slice(shortest);
}

function withoutLongest(value: ByteText, pattern: ByteText, meter: Meter): ByteText {
  for (let end = value.length; end > 0; end--) {
    const matches = matchesPattern(pattern, value.slice(0, end), meter);
    if (matches === undefined) return value;
    if (matches) return value.slice(end);
  }
  return value;
}

function substring(value: ByteText, offset: ByteText, length: ByteText | undefined): ByteText {
  const wanted = wholeNumber(offset);
  if (wanted === undefined) return value;
  const begin = wanted < 0 ? Math.max(0, value.length + wanted) : wanted;
  if (length === undefined) return value.slice(begin);
  const count = wholeNumber(length);
  if (count === undefined) return value;
  if (begin + count >= value.length) return value.slice(begin);
  // The library ends itself here; what bash means by it, an end counted from behind, it never had.
  if (count < 0 || begin > value.length) throw problem('slice bounds out of range: a length must not be negative');
  return value.slice(begin, begin + count);
}

function wholeNumber(text: ByteText): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? undefined : value;
}

function replaceAll(value: ByteText, from: ByteText, to: ByteText, meter: Meter): ByteText {
  const pieces = from === '' ? [...runesOf(value)].map(({ bytes }) => bytes) : value.split(from);
  const times = from === '' ? pieces.length + 1 : pieces.length - 1;
  meter.size(value.length + times * to.length);
  return from === '' ? `${to}${pieces.map((piece) => `${piece}${to}`).join('')}` : pieces.join(to);
}
