import { CapstanError } from '@capstan/errors';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { compareUtf8 } from './compare-utf8.ts';
import { MAX_JSON_DEPTH } from './parse-json.ts';

/** How `encodeJson` prints. */
export interface EncodeJsonOptions {
  /** Escape `<`, `>` and `&`, as Go's json.Marshal does (its default; kubectl and the API server print them raw). */
  readonly escapeHtml?: boolean;
  /** Indentation for each level, as json.MarshalIndent; none prints one line. */
  readonly indent?: string;
}

/**
 * Prints a value as Go's encoding/json prints it: keys sorted by their bytes, floats in shortest form, U+2028 and
 * U+2029 escaped. Throws JSON_INVALID on NaN, infinity and values nested deeper than `MAX_JSON_DEPTH`.
 */
export function encodeJson(value: JsonValue, options: EncodeJsonOptions = {}): string {
  const escape = options.escapeHtml === false ? LINE_SEPARATORS : HTML_AND_LINE_SEPARATORS;
  return encode(value, { escape, indent: options.indent ?? '' }, 0);
}

/** `encodeJson` with `<`, `>` and `&` raw: one text a value, fit to be digested and compared. */
export function canonicalJson(value: JsonValue): string {
  return encodeJson(value, { escapeHtml: false });
}

interface Style {
  readonly escape: RegExp;
  readonly indent: string;
}

/** What no string holds that stands for itself between quotes. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f<>&\u2028\u2029\ud800-\udfff]/;
const SURROGATE = /[\ud800-\udfff]/;
const LINE_SEPARATORS = /[\u2028\u2029]/g;
const HTML_AND_LINE_SEPARATORS = /[<>&\u2028\u2029]/g;

function encode(value: JsonValue, style: Style, depth: number): string {
  switch (typeof value) {
    case 'string':
      return encodeString(value, style);
    case 'number':
      return encodeNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      throw new CapstanError('JSON_INVALID', `cannot print a ${typeof value} as JSON`);
  }
  if (value === null) return 'null';
  if (depth >= MAX_JSON_DEPTH)
    throw new CapstanError('JSON_INVALID', `a value is nested deeper than ${MAX_JSON_DEPTH}`);
  return Array.isArray(value)
    ? encodeList(value as readonly JsonValue[], style, depth)
    : encodeMapping(value as JsonObject, style, depth);
}

function encodeList(list: readonly JsonValue[], style: Style, depth: number): string {
  if (list.length === 0) return '[]';
  const items = list.map((item) => encode(item, style, depth + 1));
  return wrap('[', items, ']', style, depth);
}

function encodeMapping(mapping: JsonObject, style: Style, depth: number): string {
  const keys = sortedKeys(mapping);
  if (keys.length === 0) return '{}';
  const colon = style.indent === '' ? ':' : ': ';
  const items = keys.map(
    (key) => `${encodeString(key, style)}${colon}${encode(mapping[key] ?? null, style, depth + 1)}`,
  );
  return wrap('{', items, '}', style, depth);
}

function wrap(open: string, items: readonly string[], close: string, style: Style, depth: number): string {
  if (style.indent === '') return `${open}${items.join(',')}${close}`;
  const outer = `\n${style.indent.repeat(depth)}`;
  const inner = `${outer}${style.indent}`;
  return `${open}${inner}${items.join(`,${inner}`)}${outer}${close}`;
}

function encodeString(text: string, { escape }: Style): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  const quoted = JSON.stringify(text.toWellFormed());
  return quoted.replace(escape, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The keys in the order of their UTF-8 bytes, which is JavaScript's own but for characters beyond U+FFFF. */
function sortedKeys(mapping: JsonObject): string[] {
  const keys = Object.keys(mapping);
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareUtf8) : keys.sort();
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new CapstanError('JSON_INVALID', `JSON has no number for ${value}`);
  return String(value);
}
