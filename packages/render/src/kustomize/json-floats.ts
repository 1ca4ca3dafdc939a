import { isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { noteFlow, notePrinted } from './scalar-notes.ts';
import { jsonNumber, type Mapping, type Value } from './value.ts';

/** A value that Go reads from JSON into floats and prints again, so that large integers lose their last digits. */
export function throughFloats(value: JsonObject): Mapping;
export function throughFloats(value: JsonValue): Value;
export function throughFloats(value: JsonValue): Value {
  if (typeof value === 'bigint') return jsonNumber(Number(value));
  if (typeof value !== 'object' || value === null) return value;
  return isJsonObject(value) ? mappingThroughFloats(value) : listThroughFloats(value);
}

// What is empty is printed in brackets, and read again in them.
function listThroughFloats(list: readonly JsonValue[]): Value[] {
  const copy = list.map((item) => throughFloats(item));
  if (copy.length === 0) noteFlow(copy);
  return copy;
}

function mappingThroughFloats(mapping: JsonObject): Mapping {
  const copy: Mapping = {};
  notePrinted(copy, 'yaml');
  const entries = Object.entries(mapping);
  for (const [key, item] of entries) setKey(copy, key, throughFloats(item));
  if (entries.length === 0) noteFlow(copy);
  return copy;
}
