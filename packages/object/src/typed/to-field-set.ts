import { FieldSet, type FieldSetEntry } from '../fieldpath/field-set.ts';
import { fieldElement, indexElement, type PathElement } from '../fieldpath/path-element.ts';
import { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import { defaultShape, shapeFor, type ListType, type MapType, type Schema, type TypeRef } from '../schema/schema.ts';
import { listItemElement } from './list-items.ts';
import type { TypedValue } from './typed-value.ts';
import { schemaFault, throwViolations } from './violations.ts';

/**
 * Every leaf and every list item and map key that the value mentions. An item that a list repeats is one member, with
 * nothing below it. Throws SCHEMA_VIOLATION where the schema has no type for what it meets.
 */
export function toFieldSet(typed: TypedValue): FieldSet {
  return collect(typed.type.schema, typed.type.ref, typed.value) ?? FieldSet.empty;
}

// What lies under the value; undefined when the value itself is a leaf.
function collect(schema: Schema, ref: TypeRef, value: JsonValue | undefined): FieldSet | undefined {
  const atom = schema.resolve(ref);
  const shape = atom && (shapeFor(atom, value) ?? defaultShape(atom));
  if (atom?.map !== undefined && shape === 'map') {
    if (atom.map.elementRelationship === 'atomic') return undefined;
    return isJsonObject(value) ? collectMap(schema, atom.map, value) : FieldSet.empty;
  }
  if (atom?.list !== undefined && shape === 'list') {
    if (atom.list.elementRelationship === 'atomic') return undefined;
    return Array.isArray(value) ? collectList(schema, atom.list, value as JsonArray) : FieldSet.empty;
  }
  if (shape === undefined) throwViolations([schemaFault(ref.namedType)], 'The fields of the value cannot be listed');
  return undefined;
}

function collectMap(schema: Schema, type: MapType, map: JsonObject): FieldSet {
  const entries = new Map<string, FieldSetEntry>();
  for (const key of Object.keys(map)) {
    const value = map[key] ?? null;
    const field = type.fields.get(key);
    const below = collect(schema, field?.type ?? type.elementType ?? {}, value);
    // A struct field with something below it is a member only through that; a map key is one in its own right.
    const member = below === undefined || field === undefined || isEmpty(value);
    put(entries, fieldElement(key), member, below);
  }
  return setOf(entries);
}

function isEmpty(value: JsonValue): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

function collectList(schema: Schema, type: ListType, list: JsonArray): FieldSet {
  const elements: PathElement[] = [];
  const repeated = new Set<string>();
  const seen = new Set<string>();
  for (const [at, item] of list.entries()) {
    const found = listItemElement(schema, type, item);
    const element = typeof found === 'string' ? indexElement(at) : found;
    elements.push(element);
    if (seen.has(element.text)) repeated.add(element.text);
    seen.add(element.text);
  }
  const entries = new Map<string, FieldSetEntry>();
  for (const [at, element] of elements.entries()) {
    const below = repeated.has(element.text) ? undefined : collect(schema, type.elementType, list[at] ?? null);
    put(entries, element, true, below);
  }
  return setOf(entries);
}

function put(
  entries: Map<string, FieldSetEntry>,
  element: PathElement,
  member: boolean,
  below: FieldSet | undefined,
): void {
  const children = below === undefined || below.isEmpty ? undefined : below;
  if (member || children !== undefined) entries.set(element.text, { element, member, children });
}

function setOf(entries: Map<string, FieldSetEntry>): FieldSet {
  return entries.size === 0 ? FieldSet.empty : new FieldSet(entries);
}
