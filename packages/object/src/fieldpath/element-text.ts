import type { JsonArray, JsonObject, JsonValue } from '../json-value.ts';
import { compareText } from './value-order.ts';

const htmlUnsafe = /[<>&\u2028\u2029]/g;

/** A value as Go's JSON encoder writes it inside a path element: keys sorted, `<`, `>`, `&`, U+2028, U+2029 escaped. */
export function valueText(value: JsonValue): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return scalarText(value);
  if (Array.isArray(value)) return `[${(value as JsonArray).map(valueText).join(',')}]`;
  const map = value as JsonObject;
  const keys = Object.keys(map).sort(compareText);
  return `{${keys.map((key) => `${scalarText(key)}:${valueText(map[key] ?? null)}`).join(',')}}`;
}

/** A scalar as Go's JSON encoder writes it. */
export function scalarText(value: string | number | bigint | boolean): string {
  if (typeof value !== 'string') return Object.is(value, -0) ? '0' : String(value);
  const text = JSON.stringify(value);
  return text.replaceAll(htmlUnsafe, escaped);
}

function escaped(unsafe: string): string {
  return `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
