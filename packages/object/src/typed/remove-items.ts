import { FieldSet } from '../fieldpath/field-set.ts';
import { fieldElement, type Path, type PathElement } from '../fieldpath/path-element.ts';
import { isJsonObject, setKey, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import { defaultShape, shapeFor, type ListType, type MapType, type Schema, type TypeRef } from '../schema/schema.ts';
import { listItemElement } from './list-items.ts';
import { toFieldSet } from './to-field-set.ts';
import { withValue, type TypedValue } from './typed-value.ts';

/**
 * The value without the list items, map keys and fields in the set. A container that loses all it held becomes null, as
 * does an atomic one that the set reaches into. What is not touched stays the same object.
 */
export function removeItems(typed: TypedValue, items: FieldSet): TypedValue {
  return withValue(typed, prune(typed.type.schema, typed.type.ref, typed.value ?? null, items));
}

/** How to extract. */
export interface ExtractOptions {
  /** Keeps the key fields of each list item that is reached, so that the result can be merged back. */
  readonly keepKeyFields?: boolean;
}

/** Of the value only the list items, map keys and fields in the set, and what leads to them. */
export function extractItems(typed: TypedValue, items: FieldSet, options: ExtractOptions = {}): TypedValue {
  const wanted = options.keepKeyFields === true ? items.union(keyFieldsOf(typed, items)) : items;
  return withValue(typed, extract(typed.type.schema, typed.type.ref, typed.value ?? null, wanted));
}

function keyFieldsOf(typed: TypedValue, items: FieldSet): FieldSet {
  const present = toFieldSet(typed);
  const paths: Path[] = [];
  for (const path of items.paths()) {
    if (!present.has(path)) continue;
    for (const [at, element] of path.entries()) {
      if (element.kind !== 'key') continue;
      for (const { name } of element.fields) paths.push([...path.slice(0, at + 1), fieldElement(name)]);
    }
  }
  return FieldSet.of(...paths);
}

function prune(schema: Schema, ref: TypeRef, value: JsonValue, items: FieldSet): JsonValue {
  const atom = schema.resolve(ref);
  const shape = atom && (shapeFor(atom, value) ?? defaultShape(atom));
  if (shape === 'map' && atom?.map !== undefined)
    return isJsonObject(value) ? pruneMap(schema, atom.map, value, items) : null;
  if (shape === 'list' && atom?.list !== undefined) {
    return Array.isArray(value) ? pruneList(schema, atom.list, value as JsonArray, items) : null;
  }
  return value;
}

function pruneMap(schema: Schema, type: MapType, map: JsonObject, items: FieldSet): JsonValue {
  if (type.elementRelationship === 'atomic') return null;
  const out: Record<string, JsonValue> = {};
  let changed = false;
  let kept = 0;
  for (const key of Object.keys(map)) {
    const value = map[key] ?? null;
    const entry = items.entry(`f:${key}`);
    if (entry?.member === true) {
      changed = true;
      continue;
    }
    const left =
      entry?.children === undefined
        ? value
        : prune(schema, type.fields.get(key)?.type ?? type.elementType ?? {}, value, entry.children);
    if (left !== value) changed = true;
    setKey(out, key, left);
    kept++;
  }
  if (kept === 0) return null;
  return changed ? out : map;
}

function pruneList(schema: Schema, type: ListType, list: JsonArray, items: FieldSet): JsonValue {
  if (type.elementRelationship === 'atomic') return null;
  const out: JsonValue[] = [];
  for (const item of list) {
    const entry = itemEntry(schema, type, item, items);
    if (entry?.member === true) continue;
    out.push(entry?.children === undefined ? item : prune(schema, type.elementType, item, entry.children));
  }
  if (out.length === 0) return null;
  return out.length === list.length && out.every((item, at) => item === list[at]) ? list : out;
}

function extract(schema: Schema, ref: TypeRef, value: JsonValue, items: FieldSet): JsonValue {
  const atom = schema.resolve(ref);
  const shape = atom && (shapeFor(atom, value) ?? defaultShape(atom));
  if (shape === 'map' && atom?.map !== undefined) {
    return isJsonObject(value) ? extractMap(schema, atom.map, value, items) : null;
  }
  if (shape === 'list' && atom?.list !== undefined) {
    return Array.isArray(value) ? extractList(schema, atom.list, value as JsonArray, items) : null;
  }
  return value;
}

function extractMap(schema: Schema, type: MapType, map: JsonObject, items: FieldSet): JsonValue {
  const keys = Object.keys(map);
  if (keys.length === 0 || type.elementRelationship === 'atomic') return map;
  const out: Record<string, JsonValue> = {};
  let kept = 0;
  for (const key of keys) {
    const entry = items.entry(`f:${key}`);
    if (entry === undefined) continue;
    const ref = type.fields.get(key)?.type ?? type.elementType ?? {};
    // A field that is itself a member is extracted with the set of its parent, so a container keeps what bears the
    // same names there: upstream's behaviour.
    setKey(out, key, extract(schema, ref, map[key] ?? null, entry.member ? items : (entry.children ?? FieldSet.empty)));
    kept++;
  }
  return kept === 0 ? null : out;
}

function extractList(schema: Schema, type: ListType, list: JsonArray, items: FieldSet): JsonValue {
  if (list.length === 0 || type.elementRelationship === 'atomic') return list;
  const out: JsonValue[] = [];
  for (const item of list) {
    const entry = itemEntry(schema, type, item, items);
    if (entry === undefined) continue;
    out.push(entry.children === undefined ? item : extract(schema, type.elementType, item, entry.children));
  }
  return out.length === 0 ? null : out;
}

function itemEntry(schema: Schema, type: ListType, item: JsonValue, items: FieldSet): ReturnType<FieldSet['entry']> {
  const element: PathElement | string = listItemElement(schema, type, item);
  return typeof element === 'string' ? undefined : items.entry(element.text);
}
