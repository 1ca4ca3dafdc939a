import {
  gvkOf,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { shapeOf, type FieldShape, type Shape } from '../schema/index.ts';

/**
 * Why an object cannot be read into the Go type of its built-in kind, in the words of apimachinery's converter from
 * unstructured values (which reads what a strategic merge patch made); undefined when it can, or when only a type with
 * a reader of its own (a quantity, a time) could tell.
 */
export function restoreFault(object: KubernetesObject): string | undefined {
  const shape = shapeOf(gvkOf(object));
  return shape === undefined ? undefined : faultOf(shape, object, '');
}

function faultOf(shape: Shape, value: JsonValue, goType: string): string | undefined {
  if (value === null) return undefined;
  switch (shape.kind) {
    case 'struct':
      if (!isJsonObject(value)) return `cannot restore struct from: ${kindOf(value)}`;
      return first(Object.entries(value), ([key, item]) => fieldFault(shape.fields.get(key), item));
    case 'map':
      if (!isJsonObject(value)) return `cannot restore map from ${kindOf(value)}`;
      return first(Object.values(value), (item) => faultOf(shape.value, item, ''));
    case 'list':
      if (!Array.isArray(value)) return `cannot restore slice from ${kindOf(value)}`;
      return first(value as JsonArray, (item) => faultOf(shape.item, item, ''));
    case 'bytes':
      return typeof value === 'string' || Array.isArray(value)
        ? undefined
        : `cannot restore slice from ${kindOf(value)}`;
    case 'string':
      if (typeof value === 'string') return undefined;
      return isInteger(value) ? `cannot convert int64 to ${goType || 'string'}` : 'unrecognized type: string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'unrecognized type: bool';
    case 'integer':
      if (isInteger(value)) return undefined;
      return typeof value === 'number'
        ? `cannot convert float64 to ${goType || 'int32'}`
        : `unrecognized type: ${goType === 'int64' ? 'int64' : 'int32'}`;
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? undefined : 'unrecognized type: float64';
    case 'quantity':
    case 'int-or-string':
    case 'time':
    case 'any':
      return undefined;
    default:
      return shape satisfies never;
  }
}

function fieldFault(field: FieldShape | undefined, value: JsonValue): string | undefined {
  return field === undefined ? undefined : faultOf(field.shape, value, field.goType);
}

function first<Item>(items: readonly Item[], test: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = test(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isInteger(value: JsonValue): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Go's kind of an unstructured value. */
function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'slice';
  if (isJsonObject(value)) return 'map';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return isInteger(value) ? 'int64' : 'float64';
}

/** A value as Go's `%v` prints it: `map[spec:map[replicas:three]]`, keys sorted. */
export function goText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${(value as JsonArray).map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}
