import { gvkOf, isJsonObject, setKey, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { canonicalQuantity } from './quantity.ts';
import { shapeOf, type FieldForm, type FieldShape, type Shape } from './shape.ts';

/**
 * The object as it comes back when the API server has read it into its types and written it again: unknown fields and
 * nulls are gone, empty values are left out or filled in as the Go types say, quantities and times are canonical. A
 * value of the wrong type stays as it is (validation tells). A kind that is not built in comes back as it is.
 * Always a fresh copy where the kind is built in.
 */
export function canonicalForm(object: KubernetesObject): KubernetesObject {
  const shape = shapeOf(gvkOf(object));
  if (shape === undefined) return object;
  const result = canonicalValue(shape, object);
  return isJsonObject(result) ? (result as KubernetesObject) : object;
}

function canonicalValue(shape: Shape, value: JsonValue): JsonValue {
  switch (shape.kind) {
    case 'struct':
      return isJsonObject(value) ? canonicalStruct(shape.fields, value) : value;
    case 'list':
      return Array.isArray(value)
        ? (value as readonly JsonValue[]).map((item) => canonicalValue(shape.item, item ?? zeroOf(shape.item)))
        : value;
    case 'map':
      return isJsonObject(value) ? canonicalMap(shape.value, value) : value;
    case 'quantity':
      if (typeof value === 'number' || typeof value === 'bigint') return canonicalQuantity(String(value));
      return typeof value === 'string' ? canonicalQuantity(value.trim()) : value;
    case 'time':
      return typeof value === 'string' ? canonicalTime(value) : value;
    case 'any':
      // Values are never written into; a copy would only cost.
      return value;
    case 'string':
    case 'bytes':
    case 'boolean':
    case 'integer':
    case 'number':
    case 'int-or-string':
      return value;
    default:
      return shape satisfies never;
  }
}

function canonicalMap(shape: Shape, value: JsonObject): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) setKey(result, key, canonicalValue(shape, item ?? zeroOf(shape)));
  return result;
}

function canonicalStruct(fields: ReadonlyMap<string, FieldShape>, value: JsonObject): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const field = fields.get(key);
    if (field === undefined) continue;
    const given = value[key] ?? null;
    const kept = fieldValue(field, given === null ? null : canonicalValue(field.shape, given));
    if (kept !== undefined) result[key] = kept;
  }
  for (const [key, field] of alwaysWritten(fields)) {
    if (Object.hasOwn(value, key)) continue;
    const kept = fieldValue(field, null);
    if (kept !== undefined) result[key] = kept;
  }
  return result;
}

const written = new WeakMap<ReadonlyMap<string, FieldShape>, readonly (readonly [string, FieldShape])[]>();

/** The few fields that Go writes though nobody set them. */
function alwaysWritten(fields: ReadonlyMap<string, FieldShape>): readonly (readonly [string, FieldShape])[] {
  let found = written.get(fields);
  if (found === undefined) {
    found = [...fields].filter(([, field]) => !LEFT_OUT.has(field.form));
    written.set(fields, found);
  }
  return found;
}

/** Forms of which an absent value stays absent. */
const LEFT_OUT: ReadonlySet<FieldForm> = new Set(['omit-zero', 'omit-empty', 'pointer', 'omit-zero-struct', 'raw']);

function fieldValue(field: FieldShape, value: JsonValue): JsonValue | undefined {
  switch (field.form) {
    case 'omit-zero':
      return value === null || value === '' || value === 0 || value === false ? undefined : value;
    case 'keep-zero':
      return value ?? zeroOf(field.shape);
    case 'omit-empty':
      return value === null || isEmpty(value) ? undefined : value;
    case 'keep-empty':
      // An empty list does not survive the store's encoding.
      return value === null || isEmpty(value) ? null : value;
    case 'pointer-null':
    case 'time':
      return value;
    case 'pointer':
      return value ?? undefined;
    case 'struct':
      return value ?? canonicalValue(field.shape, {});
    case 'omit-zero-struct':
      return value === null || isZero(value) ? undefined : value;
    case 'quantity':
      return value ?? '0';
    case 'int-or-string':
      return value ?? 0;
    case 'raw':
      return value ?? undefined;
    default:
      return field.form satisfies never;
  }
}

function isEmpty(value: JsonValue): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : isJsonObject(value)
      ? Object.keys(value).length === 0
      : value === '';
}

function isZero(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    Object.values(value).every((item) => item === null || item === '' || item === 0 || item === false || isZero(item))
  );
}

function zeroOf(shape: Shape): JsonValue {
  switch (shape.kind) {
    case 'string':
    case 'bytes':
      return '';
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    case 'struct':
    case 'map':
      return {};
    case 'list':
    case 'time':
    case 'any':
      return null;
    default:
      return shape satisfies never;
  }
}

/** Times are stored in UTC, to the second, or to the microsecond where they were written finer. */
function canonicalTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/.test(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
