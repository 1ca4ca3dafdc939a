import { setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { notePrinted } from './scalar-notes.ts';
import { jsonNumber, type Mapping, type Value } from './value.ts';

/** A value that Go reads from JSON into floats and prints again, so that large integers lose their last digits. */
export function throughFloats(value: JsonObject): Mapping;
export function throughFloats(value: JsonValue): Value;
export function throughFloats(value: JsonValue): Value {
  if (typeof value === 'bigint') return jsonNumber(Number(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => throughFloats(item));
  const copy: Mapping = {};
  notePrinted(copy, 'yaml');
  for (const [key, item] of Object.entries(value)) setKey(copy, key, throughFloats(item));
  return copy;
}
