import { gunzipSync } from 'node:zlib';
import { Buffer } from 'node:buffer';
import { getKey, getPath, isJsonObject, type GroupVersionKind, type JsonObject, type JsonValue } from '@capstan/object';
import { openApiDocument } from './builtin-schema.ts';
import { packedFieldForms } from './generated/field-forms.ts';
import { schemaNameOf } from './schema-of.ts';

/** How Go's encoder treats a field; see scripts/sandbox/field-data.ts. */
export type FieldForm =
  | 'omit-zero'
  | 'keep-zero'
  | 'omit-empty'
  | 'keep-empty'
  | 'pointer'
  | 'pointer-null'
  | 'struct'
  | 'omit-zero-struct'
  | 'time'
  | 'quantity'
  | 'int-or-string'
  | 'raw';

export interface FieldShape {
  readonly form: FieldForm;
  /** The Go type as a decoding error prints it: `v1.Protocol`, `int32`. */
  readonly goType: string;
  readonly shape: Shape;
}

/** What a value must look like, compiled from the OpenAPI schema and the Go types. */
export type Shape =
  | { readonly kind: 'struct'; readonly name: string; readonly fields: ReadonlyMap<string, FieldShape> }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'map'; readonly value: Shape }
  | {
      readonly kind:
        'string' | 'bytes' | 'boolean' | 'integer' | 'number' | 'quantity' | 'int-or-string' | 'time' | 'any';
    };

const LETTERS: Readonly<Record<string, FieldForm>> = {
  s: 'omit-zero',
  S: 'keep-zero',
  l: 'omit-empty',
  L: 'keep-empty',
  p: 'pointer',
  P: 'pointer-null',
  t: 'struct',
  z: 'omit-zero-struct',
  T: 'time',
  Q: 'quantity',
  I: 'int-or-string',
  x: 'raw',
};
const REFERENCE = '#/components/schemas/';
const ANY: Shape = { kind: 'any' };

let forms: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
const compiled = new Map<string, Shape>();

/** The shape of a built-in kind; undefined for a kind that is not built in. */
export function shapeOf(gvk: GroupVersionKind): Shape | undefined {
  const document = openApiDocument(gvk.group, gvk.version);
  const name = schemaNameOf(gvk);
  return document === undefined || name === undefined ? undefined : named(document, name);
}

function named(document: JsonObject, name: string): Shape {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const special = specialShape(name);
  if (special !== undefined) return special;
  const schema = getPath(document, 'components', 'schemas', name);
  if (!isJsonObject(schema)) return ANY;
  const properties = getKey(schema, 'properties');
  if (!isJsonObject(properties)) {
    const shape = shapeOfSchema(document, schema);
    compiled.set(name, shape);
    return shape;
  }
  const fields = new Map<string, FieldShape>();
  // Set before the fields are compiled: JSONSchemaProps refers to itself.
  compiled.set(name, { kind: 'struct', name, fields });
  forms ??= JSON.parse(gunzipSync(Buffer.from(packedFieldForms, 'base64')).toString('utf8')) as typeof forms;
  const table = forms?.[name] ?? {};
  for (const [key, property] of Object.entries(properties)) {
    if (!isJsonObject(property)) continue;
    const [letter = '', goType] = (Object.hasOwn(table, key) ? (table[key] ?? '') : 'x').split(':');
    const form = LETTERS[letter] ?? 'raw';
    fields.set(key, { form, goType: goType ?? goTypeOf(property), shape: shapeOfSchema(document, property) });
  }
  return compiled.get(name) ?? ANY;
}

function specialShape(name: string): Shape | undefined {
  if (name.endsWith('.api.resource.Quantity')) return { kind: 'quantity' };
  if (name.endsWith('.util.intstr.IntOrString')) return { kind: 'int-or-string' };
  if (name.endsWith('.meta.v1.Time') || name.endsWith('.meta.v1.MicroTime')) return { kind: 'time' };
  return undefined;
}

function shapeOfSchema(document: JsonObject, schema: JsonObject): Shape {
  const all = getKey(schema, 'allOf');
  const first: JsonValue | undefined = Array.isArray(all) ? (all as readonly JsonValue[])[0] : undefined;
  const reference = getKey(isJsonObject(first) ? first : schema, '$ref');
  if (typeof reference === 'string') return named(document, reference.slice(REFERENCE.length));
  const items = getKey(schema, 'items');
  const values = getKey(schema, 'additionalProperties');
  switch (getKey(schema, 'type')) {
    case 'string':
      return {
        kind:
          getKey(schema, 'format') === 'byte' ? 'bytes' : getKey(schema, 'format') === 'date-time' ? 'time' : 'string',
      };
    case 'boolean':
      return { kind: 'boolean' };
    case 'integer':
      return { kind: 'integer' };
    case 'number':
      return { kind: 'number' };
    case 'array':
      return { kind: 'list', item: isJsonObject(items) ? shapeOfSchema(document, items) : ANY };
    case 'object':
      return isJsonObject(values) ? { kind: 'map', value: shapeOfSchema(document, values) } : ANY;
    default:
      return ANY;
  }
}

function goTypeOf(schema: JsonObject): string {
  const format = getKey(schema, 'format');
  switch (getKey(schema, 'type')) {
    case 'integer':
      return typeof format === 'string' ? format : 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'array':
      return '[]string';
    case 'object':
      return 'map[string]string';
    default:
      return 'string';
  }
}
