import { CapstanError } from '@capstan/errors';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { compareUtf8 } from '../json/compare-utf8.ts';
import { encodeJson } from '../json/encode-json.ts';
import { parseJson } from '../json/parse-json.ts';
import { compareValues } from './value-order.ts';

/** A key field of a list item, with its value. */
export interface KeyField {
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * One step of a path. `text` is its form in FieldsV1 (`f:name`, `k:{"name":"web"}`, `v:"x"`, `i:0`) and its identity:
 * two elements are the same exactly when their texts are.
 */
export type PathElement =
  | { readonly kind: 'field'; readonly text: string; readonly name: string }
  | { readonly kind: 'key'; readonly text: string; readonly fields: readonly KeyField[] }
  | { readonly kind: 'value'; readonly text: string; readonly value: JsonValue }
  | { readonly kind: 'index'; readonly text: string; readonly index: number };

/** Where a value stands in an object: steps from its root. */
export type Path = readonly PathElement[];

/** How many elements a store keeps for reuse before it starts over. */
const MAX_INTERNED = 65_536;
/** Longer texts are not kept, so that a store cannot grow beyond some megabytes. */
const MAX_INTERNED_LENGTH = 128;

// The same few thousand names come again and again: making them once saves most of the work of walking an object.
const fields = new Map<string, PathElement>();
const keys = new Map<string, PathElement>();
const values = new Map<string, PathElement>();
const parsed = new Map<string, PathElement>();

/** The element for a struct field or map key. */
export function fieldElement(name: string): PathElement {
  return fields.get(name) ?? keep(fields, name, { kind: 'field', text: `f:${name}`, name });
}

/** The element for a list item found by its key fields, given in the order of their names. */
export function keyElement(keyFields: readonly KeyField[]): PathElement {
  const identity = identityOf(keyFields);
  const known = identity === undefined ? undefined : keys.get(identity);
  if (known !== undefined) return known;
  const parts = keyFields.map(({ name, value }) => `${encodeJson(name)}:${encodeJson(value)}`);
  const element: PathElement = { kind: 'key', text: `k:{${parts.join(',')}}`, fields: keyFields };
  return identity === undefined ? element : keep(keys, identity, element);
}

// A text that is cheaper to make than the element's own, for key fields that hold scalars.
function identityOf(keyFields: readonly KeyField[]): string | undefined {
  let identity = '';
  for (const { name, value } of keyFields) {
    if (typeof value === 'object') return undefined;
    const text = String(value);
    identity += `${name.length}:${name}${typeof value}${text.length}:${text}`;
  }
  return identity;
}

/** The element for a list item found by its value. */
export function valueElement(value: JsonValue): PathElement {
  if (typeof value !== 'string') return { kind: 'value', text: `v:${encodeJson(value)}`, value };
  return values.get(value) ?? keep(values, value, { kind: 'value', text: `v:${encodeJson(value)}`, value });
}

/** The element for a list item found by its place. */
export function indexElement(index: number): PathElement {
  return { kind: 'index', text: `i:${index}`, index };
}

/** The element for key fields in any order. */
export function keyElementOf(keyFields: Readonly<Record<string, JsonValue>>): PathElement {
  const sorted = Object.entries(keyFields).map(([name, value]) => ({ name, value }));
  return keyElement(sorted.sort((left, right) => compareUtf8(left.name, right.name)));
}

/**
 * Reads an element as FieldsV1 writes it; undefined for a type that is not known, which readers skip. Throws
 * JSON_INVALID for text that is no element at all.
 */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.charCodeAt(0) === 0x66 && text.charCodeAt(1) === 0x3a) return fieldElement(text.slice(2));
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (text.length < 2 || text[1] !== ':') {
    throw new CapstanError('JSON_INVALID', `A field path element must start with a type and a colon: "${text}".`);
  }
  const element = parseBody(text[0] ?? '', text.slice(2), text);
  return element === undefined ? undefined : keep(parsed, text, element);
}

function parseBody(type: string, body: string, text: string): PathElement | undefined {
  switch (type) {
    case 'k': {
      const value = parseJson(body);
      if (!isJsonObject(value)) throw new CapstanError('JSON_INVALID', `A key element holds no object: "${text}".`);
      return keyElementOf(value);
    }
    case 'v':
      return valueElement(parseJson(body));
    case 'i':
      if (!/^[+-]?[0-9]{1,15}$/.test(body)) {
        throw new CapstanError('JSON_INVALID', `An index element holds no number: "${text}".`);
      }
      return indexElement(Number(body));
    default:
      return undefined;
  }
}

/** The order of elements in FieldsV1: fields before keys before values before indices, each by what they hold. */
export function compareElements(left: PathElement, right: PathElement): number {
  if (left.text === right.text) return 0;
  if (left.kind === 'field') return right.kind === 'field' ? compareUtf8(left.name, right.name) : -1;
  if (right.kind === 'field') return 1;
  if (left.kind === 'key') return right.kind === 'key' ? compareKeys(left.fields, right.fields) : -1;
  if (right.kind === 'key') return 1;
  if (left.kind === 'value') return right.kind === 'value' ? compareValues(left.value, right.value) : -1;
  return right.kind === 'value' ? 1 : left.index - right.index;
}

function compareKeys(left: readonly KeyField[], right: readonly KeyField[]): number {
  for (let at = 0; at < left.length && at < right.length; at++) {
    const [a, b] = [left[at], right[at]];
    if (a === undefined || b === undefined) break;
    const order = compareUtf8(a.name, b.name) || compareValues(a.value, b.value);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** An element as messages show it: `.name`, `[name="web"]`, `[="x"]`, `[0]`. */
export function formatElement(element: PathElement): string {
  switch (element.kind) {
    case 'field':
      return `.${element.name}`;
    case 'key':
      return `[${element.fields.map(({ name, value }) => `${name}=${shownValue(value)}`).join(',')}]`;
    case 'value':
      return `[=${shownValue(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
    default:
      return element satisfies never;
  }
}

/** A path as messages show it: `.spec.containers[name="web"].image`. */
export function formatPath(path: Path): string {
  return path.map(formatElement).join('');
}

function shownValue(value: JsonValue): string {
  return encodeJson(value, { escapeHtml: false });
}

function keep(store: Map<string, PathElement>, key: string, element: PathElement): PathElement {
  if (key.length > MAX_INTERNED_LENGTH) return element;
  if (store.size >= MAX_INTERNED) store.clear();
  store.set(key, element);
  return element;
}
