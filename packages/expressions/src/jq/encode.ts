import { compareUtf8, getKey, isJsonObject, type JsonArray, type JsonValue } from '@capstan/object';

import { CHARACTER, ENTRY, KEY, spend } from './run.ts';

/** Longest preview of a value in a message, in UTF-8 bytes. */
const MAX_PREVIEW = 30;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const encoder = new TextEncoder();

/** jq's name of a value's type. */
export function typeName(value: JsonValue): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}

/** A value as jq prints it: compact, keys in order, NaN as null, infinities as the largest numbers. */
export function toJson(value: JsonValue): string {
  spend(2 * ENTRY);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      return formatNumber(value);
    case 'bigint':
      return value.toString();
    case 'string':
      return quote(value);
    default:
      if (value === null) return 'null';
      if (!isJsonObject(value)) return `[${value.map(toJson).join(',')}]`;
      return `{${sortedKeys(value)
        .map((key) => `${quote(key)}:${toJson(getKey(value, key) ?? null)}`)
        .join(',')}}`;
  }
}

/** An object's keys in Go's order. */
export function sortedKeys(object: Readonly<Record<string, JsonValue>>): string[] {
  const keys = Object.keys(object);
  spend(keys.length * KEY);
  return keys.sort(compareUtf8);
}

/** `type (preview)`, as messages show a value. */
export function previewWithType(value: JsonValue): string {
  return value === null ? 'null' : `${typeName(value)} (${preview(value)})`;
}

/** The beginning of a value, for messages. */
export function preview(value: JsonValue): string {
  const text = encodeStart(value, MAX_PREVIEW + 2);
  if (encoder.encode(text).length <= MAX_PREVIEW) return text;
  const trailing = { string: ' ..."', array: ' ...]', object: ' ...}', null: ' ...', boolean: ' ...', number: ' ...' }[
    typeName(value)
  ];
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > MAX_PREVIEW - trailing.length) break;
    kept += character;
  }
  return kept + trailing;
}

/** At least the first `length` characters of a value's JSON, without encoding all of a large one. */
function encodeStart(value: JsonValue, length: number): string {
  if (typeof value === 'string') return quote(value.slice(0, length));
  if (Array.isArray(value)) {
    const few = (value as JsonArray).slice(0, length);
    let text = '[';
    for (const [index, item] of few.entries()) {
      if (text.length > length) return text;
      text += (index > 0 ? ',' : '') + encodeStart(item, length);
    }
    return `${text}]`;
  }
  if (!isJsonObject(value)) return toJson(value);
  let text = '{';
  for (const key of sortedKeys(value)) {
    if (text.length > length) return text;
    text += `${text === '{' ? '' : ','}${quote(key)}:${encodeStart(getKey(value, key) ?? null, length)}`;
  }
  return `${text}}`;
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'null';
  const finite = Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  return Object.is(finite, -0) ? '-0' : String(finite);
}

function quote(text: string): string {
  spend(text.length * CHARACTER);
  let quoted = '"';
  for (const character of text) {
    const escape = SHORT_ESCAPES[character];
    if (escape !== undefined) quoted += escape;
    else if (character < ' ' || character === '\x7f') {
      quoted += `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    } else quoted += character;
  }
  return `${quoted}"`;
}
