import { isJsonObject, parseJson, type JsonArray, type JsonValue } from '@capstan/object';
import { preview, previewWithType, toJson } from './encode.ts';
import { toIndex } from './numbers.ts';
import { CHARACTER, ENTRY, failAbout, JqError, spend } from './run.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' };

/** What Go calls white space. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** A value as text: texts as they are, others as JSON. */
export function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : toJson(value);
}

/** A value that must be a text. @throws JqError */
export function textFor(name: string, value: JsonValue): string {
  if (typeof value !== 'string') failAbout(`${name} cannot be applied to`, value);
  return value;
}

/** Two texts that a function of one argument needs. @throws JqError */
export function textsFor(name: string, value: JsonValue, argument: JsonValue): readonly [string, string] {
  if (typeof value !== 'string' || typeof argument !== 'string') {
    throw new JqError(`${name}(${preview(argument)}) cannot be applied to: ${previewWithType(value)}`);
  }
  return [value, argument];
}

/** `@name`: how a value is written in another notation. @throws JqError */
export function format(name: string, value: JsonValue): string {
  // Some go byte by byte.
  if (typeof value === 'string') spend(value.length * (name.startsWith('@uri') ? 4 : 2) * CHARACTER);
  switch (name) {
    case '@text':
      return toText(value);
    case '@json':
      return toJson(value);
    case '@html':
      return toText(value).replace(/[<>&'"]/g, (character) => HTML[character] ?? character);
    case '@uri':
      return [...encoder.encode(toText(value))]
        .map((byte) =>
          /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${hex(byte)}`,
        )
        .join('');
    case '@urid':
      return unescapeUri(value);
    case '@csv':
      return row('csv', value, ',', (text) => `"${text.replaceAll('"', '""').replaceAll('\0', '\\0')}"`);
    case '@tsv':
      return row('tsv', value, '\t', (text) => text.replace(/[\t\r\n\\\0]/g, escapeTab));
    case '@sh':
      return row(
        'sh',
        Array.isArray(value) ? value : [value],
        ' ',
        (text) => `'${text.replaceAll("'", "'\\''").replaceAll('\0', '\\0')}'`,
      );
    case '@base64':
      return encodeBase64(encoder.encode(toText(value)));
    case '@base64d':
      return decodeBase64(value);
    default:
      throw new JqError(`format not defined: ${name}`);
  }
}

/** `fromjson`. @throws JqError */
export function fromJson(value: JsonValue): JsonValue {
  const text = textFor('fromjson', value);
  spend(text.length * CHARACTER * 2);
  try {
    return parseJson(text);
  } catch {
    throw new JqError(`fromjson cannot be applied to ${preview(value)}: it is no JSON`);
  }
}

/** The code points of a text. */
export function explode(text: string): number[] {
  spend(text.length * CHARACTER);
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** A text of code points; what is none becomes U+FFFD. @throws JqError */
export function implode(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) failAbout('implode cannot be applied to', value);
  spend(value.length * 2 * CHARACTER);
  return (value as JsonArray)
    .map((point) => {
      const code = toIndex(point) ?? failAbout('implode cannot be applied to', value);
      const isCharacter = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : '�';
    })
    .join('');
}

/** Cuts white space off one end or both. */
export function trim(text: string, side: 'start' | 'end' | 'both'): string {
  const isSpace = (at: number): boolean => SPACE.test(text.charAt(at));
  let [from, to] = [0, text.length];
  if (side !== 'end') while (from < to && isSpace(from)) from++;
  if (side !== 'start') while (to > from && isSpace(to - 1)) to--;
  spend((from + text.length - to) * CHARACTER);
  return text.slice(from, to);
}

/** The number of bytes in UTF-8. */
export function utf8Length(text: string): number {
  spend(text.length * 4);
  return encoder.encode(text).length;
}

/** Changes ASCII letters only. */
export function asciiCase(text: string, to: 'upper' | 'lower'): string {
  spend(text.length * CHARACTER);
  return to === 'upper'
    ? text.replace(/[a-z]+/g, (part) => part.toUpperCase())
    : text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

function row(name: string, value: JsonValue, separator: string, escape: (text: string) => string): string {
  if (!Array.isArray(value)) failAbout(`@${name} cannot be applied to`, value);
  return (value as JsonArray)
    .map((item) => {
      spend(ENTRY + (typeof item === 'string' ? item.length * CHARACTER : 0));
      if (typeof item === 'string') return escape(item);
      if (Array.isArray(item) || isJsonObject(item)) failAbout(`@${name} cannot format an array including`, item);
      const text = toJson(item);
      return text === 'null' && name !== 'sh' ? '' : text;
    })
    .join(separator);
}

function escapeTab(character: string): string {
  return { '\t': '\\t', '\r': '\\r', '\n': '\\n', '\\': '\\\\' }[character] ?? '\\0';
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function unescapeUri(value: JsonValue): string {
  const bytes: number[] = [];
  const text = toText(value);
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (character === '%') {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
        throw new JqError(
          `@urid cannot be applied to ${preview(value)}: invalid URL escape ${toJson(text.slice(at, at + 3))}`,
        );
      }
      bytes.push(parseInt(digits, 16));
      at += 3;
    } else {
      bytes.push(...encoder.encode(character));
      at += character.length;
    }
  }
  return decoder.decode(new Uint8Array(bytes));
}

function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    text += (BASE64[a >> 2] ?? '') + (BASE64[((a & 3) << 4) | ((b ?? 0) >> 4)] ?? '');
    text += b === undefined ? '=' : (BASE64[((b & 15) << 2) | ((c ?? 0) >> 6)] ?? '');
    text += c === undefined ? '=' : (BASE64[c & 63] ?? '');
  }
  return text;
}

/** What follows the first padding is left out, and so are the line ends within. */
function decodeBase64(value: JsonValue): string {
  const text = (toText(value).split('=')[0] ?? '').replace(/[\r\n]/g, '');
  const fail = (at: number): never => {
    throw new JqError(`@base64d cannot be applied to ${preview(value)}: illegal base64 data at input byte ${at}`);
  };
  if (text.length % 4 === 1) fail(text.length - 1);
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const [at, character] of [...text].entries()) {
    const digit = BASE64.indexOf(character);
    if (digit < 0) fail(at);
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 0xff);
  }
  return decoder.decode(new Uint8Array(bytes));
}
