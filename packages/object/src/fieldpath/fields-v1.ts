import { CapstanError } from '@capstan/errors';
import { isJsonObject, setKey, type JsonObject, type JsonValue } from '../json-value.ts';
import type { FieldSet } from './field-set.ts';
import { FieldSetBuilder } from './field-set.ts';
import { parsePathElement } from './path-element.ts';

/** How deep a FieldsV1 may nest. Kubernetes objects stay below 30; JSON itself is read no deeper than this. */
const MAX_DEPTH = 10_000;

const NO_CHILDREN: JsonObject = {};

// Sets are read from objects that stay in memory and are never altered, often many times.
const decoded = new WeakMap<JsonObject, FieldSet>();
const encoded = new WeakMap<FieldSet, JsonObject>();

/**
 * Reads a FieldsV1. Elements of a type that is not known are skipped, as Kubernetes does. Throws JSON_INVALID where a
 * key is no path element or a value no mapping.
 */
export function decodeFieldsV1(fields: JsonValue): FieldSet {
  if (!isJsonObject(fields)) throw notAMapping();
  const known = decoded.get(fields);
  if (known !== undefined) return known;
  const builder = new FieldSetBuilder();
  readLevel(fields, builder, 0);
  const set = builder.build();
  decoded.set(fields, set);
  return set;
}

// Whether the subtree's own root is a member is for the caller: `.`, or no children at all.
function readLevel(fields: JsonObject, builder: FieldSetBuilder, depth: number): boolean {
  if (depth > MAX_DEPTH) throw new CapstanError('JSON_INVALID', 'A FieldsV1 nests too deep.');
  let isMember = false;
  for (const key of Object.keys(fields)) {
    if (key === '.') {
      isMember = true;
      continue;
    }
    const element = parsePathElement(key);
    if (element === undefined) continue;
    const value = fields[key] ?? null;
    if (value !== null && !isJsonObject(value)) throw notAMapping();
    if (value === null || isEmptyMap(value)) {
      builder.add(element);
      continue;
    }
    const below = new FieldSetBuilder();
    if (readLevel(value, below, depth + 1)) builder.add(element);
    builder.graft(element, below.build());
  }
  return isMember || builder.isEmpty;
}

function isEmptyMap(value: JsonObject): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

function notAMapping(): CapstanError<'JSON_INVALID'> {
  return new CapstanError('JSON_INVALID', 'A FieldsV1 must be a mapping of path elements to mappings.');
}

/** The set as a FieldsV1. Its keys stand in the order in which Kubernetes writes them; the result must not be altered. */
export function encodeFieldsV1(set: FieldSet): JsonObject {
  const known = encoded.get(set);
  if (known !== undefined) return known;
  const fields = writeLevel(set, false);
  encoded.set(set, fields);
  decoded.set(fields, set);
  return fields;
}

function writeLevel(set: FieldSet, isMember: boolean): JsonObject {
  const out: Record<string, JsonValue> = {};
  if (isMember) out['.'] = NO_CHILDREN;
  for (const { element, member, children } of set.sortedEntries()) {
    setKey(out, element.text, children === undefined ? NO_CHILDREN : writeLevel(children, member));
  }
  return out;
}

/** The set as FieldsV1 text, byte for byte what Kubernetes stores. */
export function fieldsV1Text(set: FieldSet): string {
  return levelText(set, false);
}

function levelText(set: FieldSet, isMember: boolean): string {
  const parts = isMember ? ['".":{}'] : [];
  for (const { element, member, children } of set.sortedEntries()) {
    parts.push(`${JSON.stringify(element.text)}:${children === undefined ? '{}' : levelText(children, member)}`);
  }
  return `{${parts.join(',')}}`;
}
