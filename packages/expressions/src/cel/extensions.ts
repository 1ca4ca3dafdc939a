import type { Environment } from '@marcbachmann/cel-js';

class SetsNamespace {}
class Base64Namespace {}
class StringsNamespace {}

/** cel-go's extensions of lists as sets, of encodings and of texts, as far as the language does not have them already. */
export function withExtensions(environment: Environment): Environment {
  return environment
    .registerType('SetsNamespace', SetsNamespace)
    .registerConstant('sets', 'SetsNamespace', new SetsNamespace())
    .registerFunction('SetsNamespace.contains(list, list): bool', (_: unknown, all: unknown, some: unknown) =>
      holdsAll(membersOf(all), membersOf(some)),
    )
    .registerFunction('SetsNamespace.equivalent(list, list): bool', (_: unknown, a: unknown, b: unknown) => {
      const [left, right] = [membersOf(a), membersOf(b)];
      return holdsAll(left, right) && holdsAll(right, left);
    })
    .registerFunction('SetsNamespace.intersects(list, list): bool', (_: unknown, a: unknown, b: unknown) => {
      const right = membersOf(b);
      return membersOf(a).some((one) => right.some((other) => isSame(one, other)));
    })
    .registerType('Base64Namespace', Base64Namespace)
    .registerConstant('base64', 'Base64Namespace', new Base64Namespace())
    .registerFunction('Base64Namespace.encode(bytes): string', (_: unknown, bytes: Uint8Array) => encode(bytes))
    .registerFunction('Base64Namespace.decode(string): bytes', (_: unknown, text: string) => decode(text))
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => {
      const runes = [...text];
      if (at < 0n || at > BigInt(runes.length)) throw new RangeError(`index out of range: ${at}`);
      return runes[Number(at)] ?? '';
    })
    .registerFunction('string.reverse(): string', (text: string) => [...text].reverse().join(''))
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, times: bigint) => replaceSome(text, from, to, times),
    )
    .registerFunction('string.format(list): string', (text: string, values: unknown) => format(text, membersOf(values)))
    .registerType('StringsNamespace', StringsNamespace)
    .registerConstant('strings', 'StringsNamespace', new StringsNamespace())
    .registerFunction('StringsNamespace.quote(string): string', (_: unknown, text: string) =>
      JSON.stringify(text.toWellFormed()),
    );
}

/** Members that are compared with each other, both lists together: more would take too long. */
const MAX_COMPARED = 2000;

function membersOf(list: unknown): readonly unknown[] {
  const members: readonly unknown[] = Array.isArray(list) ? list : [];
  if (members.length > MAX_COMPARED) throw new RangeError(`a set has more than ${MAX_COMPARED} members`);
  return members;
}

function holdsAll(all: readonly unknown[], some: readonly unknown[]): boolean {
  return some.every((one) => all.some((other) => isSame(one, other)));
}

// Numbers are equal across their types.
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'bigint' && typeof b === 'number') return Number(a) === b;
  if (typeof a === 'number' && typeof b === 'bigint') return a === Number(b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => isSame(one, b[index]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isSame(value, b.get(key)));
  return Object.is(a, b) || a === b;
}

function replaceSome(text: string, from: string, to: string, times: bigint): string {
  if (times < 0n) return text.replaceAll(from, () => to);
  const parts = text.split(from);
  const count = Math.min(parts.length - 1, Number(times));
  return (
    parts.slice(0, count + 1).join(to) +
    parts
      .slice(count + 1)
      .map((part) => from + part)
      .join('')
  );
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function encode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.subarray(at, at + 3);
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const signs = [group >> 18, (group >> 12) & 63, (group >> 6) & 63, group & 63].map((one) => ALPHABET[one] ?? '');
    text += signs[0] + (signs[1] ?? '') + (b === undefined ? '=' : signs[2]) + (c === undefined ? '=' : signs[3]);
  }
  return text;
}

function decode(text: string): Uint8Array {
  const packed = text.replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const sign of packed) {
    const value = ALPHABET.indexOf(sign);
    if (value < 0) throw new RangeError('illegal base64 data');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

/** Text with `%s`, `%d`, `%f`, `%e`, `%x`, `%X`, `%o` and `%b` replaced by values in their order. */
function format(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%(?:\.([0-9]{1,2}))?(.)/g, (_, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= values.length) throw new RangeError(`index ${next} out of range`);
    return formatted(values[next++], verb, precision === undefined ? 6 : Number(precision));
  });
}

function formatted(value: unknown, verb: string, precision: number): string {
  const isNumber = typeof value === 'bigint' || typeof value === 'number';
  if (verb === 's') return plainText(value);
  if (verb === 'd' && isNumber) return String(value);
  if (verb === 'f' && isNumber) return Number(value).toFixed(precision);
  if (verb === 'e' && isNumber)
    return Number(value)
      .toExponential(precision)
      .replace(/e([+-])([0-9])$/, 'e$10$2');
  const base = { x: 16, X: 16, o: 8, b: 2 }[verb];
  if (base === undefined || (typeof value !== 'bigint' && typeof value !== 'boolean'))
    throw new TypeError(`a value cannot be printed with %${verb}`);
  const digits = BigInt(value).toString(base);
  return verb === 'X' ? digits.toUpperCase() : digits;
}

function plainText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, one]) => `${plainText(key)}: ${plainText(one)}`).join(', ')}}`;
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  throw new TypeError('a value has no text');
}
