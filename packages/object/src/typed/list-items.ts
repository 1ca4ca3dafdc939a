import { keyElement, valueElement, type KeyField, type PathElement } from '../fieldpath/path-element.ts';
import { compareUtf8 } from '../json/compare-utf8.ts';
import { getKey, isJsonObject, type JsonArray, type JsonValue } from '../json-value.ts';
import type { ListType, Schema } from '../schema/schema.ts';

/** Why a list item has no element: a message, told apart from an element by its type. */
export type ItemFault = string;

const sortedKeys = new WeakMap<ListType, readonly string[]>();

/**
 * The element by which an associative list finds an item: its key fields (with the schema's defaults for missing ones),
 * or the item itself where the list is a set.
 */
export function listItemElement(schema: Schema, list: ListType, item: JsonValue): PathElement | ItemFault {
  if (list.elementRelationship !== 'associative') return 'the items of a list that is not associative have no keys';
  return list.keys.length > 0 ? keyedItemElement(schema, list, item) : setItemElement(item);
}

function keyedItemElement(schema: Schema, list: ListType, item: JsonValue): PathElement | ItemFault {
  if (item === null) return 'a list with keys must not hold null';
  if (!isJsonObject(item)) return 'a list with keys must hold maps only';
  const fields: KeyField[] = [];
  for (const name of keysOf(list)) {
    const value = getKey(item, name) ?? (Object.hasOwn(item, name) ? null : keyDefault(schema, list, name));
    if (value !== undefined) fields.push({ name, value });
  }
  if (fields.length > 0) return keyElement(fields);
  return `an item lacks every key (${list.keys.join(', ')})`;
}

function keysOf(list: ListType): readonly string[] {
  if (list.keys.length < 2) return list.keys;
  let sorted = sortedKeys.get(list);
  if (sorted === undefined) sortedKeys.set(list, (sorted = [...list.keys].sort(compareUtf8)));
  return sorted;
}

function keyDefault(schema: Schema, list: ListType, name: string): JsonValue | undefined {
  const fallback = schema.resolve(list.elementType)?.map?.fields.get(name)?.default;
  return fallback === null ? undefined : fallback;
}

function setItemElement(item: JsonValue): PathElement | ItemFault {
  if (item === null) return 'a set must not hold null';
  if (typeof item === 'object') return `a set must not hold a ${Array.isArray(item) ? 'list' : 'map'}`;
  return valueElement(item);
}

/** A list's items by their elements, in the order of their first appearance. */
export interface IndexedItems {
  /** For each item that has an element, in order; repeated where the list repeats it. */
  readonly elements: readonly PathElement[];
  /** The items of each element, by its text. */
  readonly items: ReadonlyMap<string, readonly JsonValue[]>;
  readonly faults: readonly string[];
}

/** Indexes a list by its items' elements. */
export function indexItems(schema: Schema, list: ListType, values: JsonArray): IndexedItems {
  const elements: PathElement[] = [];
  const items = new Map<string, JsonValue[]>();
  const faults: string[] = [];
  for (const [at, item] of values.entries()) {
    const element = listItemElement(schema, list, item);
    if (typeof element === 'string') {
      faults.push(`item ${at}: ${element}`);
      continue;
    }
    elements.push(element);
    const same = items.get(element.text);
    if (same === undefined) items.set(element.text, [item]);
    else same.push(item);
  }
  return { elements, items, faults };
}
