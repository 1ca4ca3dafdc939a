import { copyBadKeys } from './unprintable.ts';
import { copyItemNotes, copyScalarNotes, forgetScalar, notedText, notePrinted, printedAs } from './scalar-notes.ts';
import { formatFloat, stringify } from '@capstan/yaml';
import { compareUtf8, setKey, type JsonObject, type JsonValue } from '@capstan/object';

/** A value that the engine may change in place. It is a `JsonValue` at every moment. */
export type Value = null | boolean | number | bigint | string | Value[] | Mapping;

/** A mapping that the engine may change in place; keys are set with `setField`, so that `__proto__` is one like any. */
export interface Mapping {
  [key: string]: Value;
}

/** Whether `value` is a mapping. */
export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a field; undefined where the mapping has none of its own. */
export function field(mapping: Mapping, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** Fields that hold one scalar together, as YAML nodes do in kustomize when a transformer puts one in several places. */
const together = new WeakMap<Mapping, Map<string, Set<Mapping>>>();

/**
 * Lets the field `key` of several mappings hold one scalar from now on: what is set in one is set in all. Kustomize's
 * label transformers do so within an object, so that a later change of a label changes the selector too.
 */
export function holdTogether(mappings: readonly Mapping[], key: string): void {
  const group = new Set(mappings);
  if (group.size < 2) return;
  for (const mapping of group) {
    const known = together.get(mapping);
    if (known === undefined) together.set(mapping, new Map([[key, group]]));
    else known.set(key, group);
  }
}

/** Sets a field, or removes it when `value` is undefined; where it is held together with others, in all of them. */
export function setField(mapping: Mapping, key: string, value: Value | undefined): void {
  const group = together.get(mapping)?.get(key);
  if (value === undefined) {
    group?.delete(mapping);
    together.get(mapping)?.delete(key);
    forgetScalar(mapping, key);
    if (Object.hasOwn(mapping, key)) Reflect.deleteProperty(mapping, key);
  } else if (group === undefined) setKey(mapping, key, value);
  else for (const other of group) setKey(other, key, value);
}

/** Notes about fields of a mapping that a value cannot hold; a copy that may be changed has them as well. */
type Note = 'empty' | 'empty in flow' | 'tagged' | 'untyped';
const notes = new WeakMap<Mapping, Map<string, Note>>();

/**
 * Notes that a null was written as nothing at all (`empty`, or `empty in flow` within brackets, where it is printed as an
 * empty text: a patch to the object drops it; `tagged` behind a tag, which is dropped as well), or that a scalar was put in
 * without a type (`untyped`: a patch to the object makes it a text). Both are what kustomize does.
 */
export function noteField(mapping: Mapping, key: string, note: Note): void {
  const known = notes.get(mapping);
  if (known === undefined) notes.set(mapping, new Map([[key, note]]));
  else known.set(key, note);
}

/** Whether there is this note about a field. */
export function hasNote(mapping: Mapping, key: string, note: Note): boolean {
  return notes.get(mapping)?.get(key) === note;
}

/** The note about a field, taken away. */
export function takeNote(mapping: Mapping, key: string): Note | undefined {
  const known = notes.get(mapping);
  const note = known?.get(key);
  known?.delete(key);
  return note;
}

const schemas = new WeakMap<object, Map<string, JsonObject>>();
/** Whether there has been any schema to note: as long as not, copies need not be asked for theirs. */
let anySchemas = false;

/** Notes the schema that a comment gives to a field; copies of the mapping have it as well. */
export function noteSchema(mapping: Mapping, key: string, schema: JsonObject): void {
  anySchemas = true;
  const known = schemas.get(mapping);
  if (known === undefined) schemas.set(mapping, new Map([[key, schema]]));
  else known.set(key, schema);
}

/** The schema that a comment gives to a field. */
export function notedSchema(mapping: Mapping, key: string): JsonObject | undefined {
  return anySchemas ? schemas.get(mapping)?.get(key) : undefined;
}

/** A value that was just made and that nobody else holds, as one that may be changed. */
export function ownValue(value: JsonObject): Mapping;
export function ownValue(value: JsonValue): Value;
export function ownValue(value: JsonValue): Value {
  return value as Value;
}

/** A deep copy that may be changed. */
export function thaw(value: JsonObject): Mapping;
export function thaw(value: JsonValue): Value;
export function thaw(value: JsonValue): Value {
  if (Array.isArray(value)) {
    const copy = (value as readonly JsonValue[]).map((item) => thaw(item));
    copyItemNotes(value, copy);
    return copy;
  }
  if (typeof value !== 'object' || value === null) return value;
  const copy: Mapping = {};
  for (const [key, item] of Object.entries(value)) setKey(copy, key, thaw(item));
  copyBadKeys(value, copy);
  const noted = anySchemas ? schemas.get(value) : undefined;
  if (noted !== undefined) schemas.set(copy, noted);
  copyScalarNotes(value, copy);
  const fields = notes.get(value as Mapping);
  if (fields !== undefined) notes.set(copy, new Map(fields));
  return copy;
}

/** A deep copy that may be changed, of which nothing is known but its values, numbers as Go prints them in JSON. */
export function plainCopy(value: Mapping): Mapping;
export function plainCopy(value: Value): Value;
export function plainCopy(value: Value): Value {
  if (typeof value === 'number') return jsonNumber(value);
  if (Array.isArray(value)) return value.map((item) => plainCopy(item));
  if (!isMapping(value)) return value;
  const copy: Mapping = {};
  notePrinted(copy, 'json');
  for (const [key, item] of Object.entries(value)) setKey(copy, key, plainCopy(item));
  return copy;
}

/** A float as what Go's JSON makes of it: whole ones are integers. */
export function jsonNumber(value: number): number | bigint {
  const isWhole = !Number.isSafeInteger(value) && /^-?\d+$/.test(String(value));
  return isWhole ? BigInt(String(value)) : value;
}

/** A scalar's text as YAML would hold it; undefined for lists and mappings. Null is the empty text. */
export function scalarText(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return undefined;
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** A number as Go's YAML prints it. */
function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (Number.isFinite(value)) return stringify(value).trimEnd();
  return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
}

/** A field's scalar as it was written, as kustomize sees it; undefined for lists and mappings. */
export function textAt(mapping: Mapping, key: string): string | undefined {
  const value = field(mapping, key);
  if (value === undefined) return '';
  const noted = notedText(mapping, key, value);
  if (noted !== undefined) return noted;
  if (value === null) return printedAs(mapping) === undefined ? '' : 'null';
  if (typeof value !== 'number' && typeof value !== 'bigint') return scalarText(value);
  switch (printedAs(mapping)) {
    case 'json':
      return String(value);
    // What Go has read from JSON is a float, and its YAML prints it as one.
    case 'yaml':
      return formatFloat(Number(value));
    case undefined:
      return scalarText(value);
  }
}

/** Text of a field when it holds a scalar, otherwise the empty text. */
export function textField(mapping: Value | undefined, key: string): string {
  if (!isMapping(mapping) || (field(mapping, key) ?? null) === null) return '';
  return textAt(mapping, key) ?? '';
}

/** Own keys in Go's order. */
export function sortedKeys(mapping: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(mapping).sort(compareUtf8);
}
