import {
  getKey,
  getPath,
  isJsonObject,
  setKey,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';
import { BASE64, fitsSchema, resolveReference, scalarTest } from './typed-fit.ts';

const REFERENCE = '#/components/schemas/';

/** An object nested deeper than this is refused, whatever its schema says. */
const MAX_DEPTH = 200;

/** The outcome of a decode: the value with known fields only, and what was wrong. */
export interface TypedDecode {
  readonly value: JsonValue;
  readonly unknown: readonly string[];
  /** The first value whose type does not fit, as Go's decoder words it. */
  readonly mismatch: string | undefined;
}

interface Walk {
  readonly schemas: JsonObject;
  readonly unknown: string[];
  mismatch: string | undefined;
}

/**
 * Reads a value as Go's decoder reads JSON into the struct behind an OpenAPI schema: unknown fields are found and
 * dropped, nulls count as absent, a value of a wrong type is an error. A value that fits comes back as it is.
 */
export function decodeTyped(document: JsonObject, name: string, value: JsonValue): TypedDecode {
  const schemas = getPath(document, 'components', 'schemas');
  const walk: Walk = { schemas: isJsonObject(schemas) ? schemas : {}, unknown: [], mismatch: undefined };
  if (fitsSchema(walk.schemas, name, value, MAX_DEPTH)) return { value, unknown: [], mismatch: undefined };
  const decoded = visit(walk, { $ref: REFERENCE + name }, value, { path: '', goPath: '', owner: '', depth: 0 });
  return { value: decoded ?? {}, unknown: walk.unknown, mismatch: walk.mismatch };
}

interface Place {
  readonly path: string;
  readonly goPath: string;
  /** The Go struct that holds the field. */
  readonly owner: string;
  readonly depth: number;
}

function visit(walk: Walk, given: JsonObject, value: JsonValue, at: Place): JsonValue | undefined {
  const { schema, name } = resolve(walk, given);
  if (value === null) return getKey(schema, 'type') === undefined ? null : undefined;
  if (at.depth > MAX_DEPTH) {
    walk.mismatch ??= 'exceeded max depth';
    return undefined;
  }
  const properties = getKey(schema, 'properties');
  if (isJsonObject(properties)) return visitStruct(walk, properties, name, value, at);
  const additional = getKey(schema, 'additionalProperties');
  if (isJsonObject(additional)) return visitMap(walk, additional, value, at);
  const items = getKey(schema, 'items');
  if (isJsonObject(items)) return visitList(walk, items, value, at);
  return visitScalar(walk, schema, name, value, at);
}

function visitStruct(walk: Walk, properties: JsonObject, name: string, value: JsonValue, at: Place): JsonValue {
  if (!isJsonObject(value)) return mismatch(walk, value, goName(name), at);
  const result: Record<string, JsonValue> = {};
  const owner = name.slice(name.lastIndexOf('.') + 1);
  for (const [key, child] of Object.entries(value)) {
    const schema = getKey(properties, key);
    const path = at.path === '' ? key : `${at.path}.${key}`;
    if (!isJsonObject(schema)) {
      walk.unknown.push(path);
      continue;
    }
    const goPath = at.goPath === '' ? key : `${at.goPath}.${key}`;
    const decoded = visit(walk, schema, child, { path, goPath, owner, depth: at.depth + 1 });
    if (decoded !== undefined) setKey(result, key, decoded);
  }
  return result;
}

function visitMap(walk: Walk, schema: JsonObject, value: JsonValue, at: Place): JsonValue {
  if (!isJsonObject(value)) return mismatch(walk, value, `map[string]${goType(walk, schema)}`, at);
  const result: Record<string, JsonValue> = {};
  for (const [key, child] of Object.entries(value)) {
    const place = { ...at, path: `${at.path}.${key}`, depth: at.depth + 1 };
    const decoded = visit(walk, schema, child, place);
    setKey(result, key, decoded ?? zero(walk, schema));
  }
  return result;
}

function visitList(walk: Walk, schema: JsonObject, value: JsonValue, at: Place): JsonValue {
  if (!Array.isArray(value)) return mismatch(walk, value, `[]${goType(walk, schema)}`, at);
  return (value as JsonArray).map((child, index) => {
    const place = { ...at, path: `${at.path}[${index}]`, depth: at.depth + 1 };
    return visit(walk, schema, child, place) ?? zero(walk, schema);
  });
}

function visitScalar(walk: Walk, schema: JsonObject, name: string, value: JsonValue, at: Place): JsonValue {
  const type = getKey(schema, 'type');
  const format = getKey(schema, 'format');
  if (type === undefined || getKey(schema, 'oneOf') !== undefined || format === 'int-or-string') return value;
  const isBytes = type === 'string' && format === 'byte';
  if (!(isBytes ? typeof value === 'string' : scalarTest(schema, name)(value))) {
    return mismatch(walk, value, goScalar(schema, name), at);
  }
  if (isBytes && typeof value === 'string') checkBase64(walk, value);
  return value;
}

/** Bytes stand in base64; Go tells where it stops to be. Nothing of the value is shown, for it may be a secret. */
function checkBase64(walk: Walk, value: string): void {
  const text = value.replace(/[\r\n]/g, '');
  if (BASE64.test(text)) return;
  const bad = text.search(/[^A-Za-z0-9+/]/);
  walk.mismatch ??= `illegal base64 data at input byte ${bad < 0 ? text.length - (text.length % 4) : bad}`;
}

function mismatch(walk: Walk, value: JsonValue, type: string, at: Place): JsonValue {
  const found = Array.isArray(value)
    ? 'array'
    : isJsonObject(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'string'
          ? 'string'
          : Number.isInteger(value)
            ? 'number'
            : `number ${typeof value === 'number' ? value : ''}`;
  walk.mismatch ??=
    at.goPath === ''
      ? `json: cannot unmarshal ${found} into Go value of type ${type}`
      : `json: cannot unmarshal ${found} into Go struct field ${at.owner}.${at.goPath} of type ${type}`;
  return null;
}

function zero(walk: Walk, given: JsonObject): JsonValue {
  const { schema } = resolve(walk, given);
  if (isJsonObject(getKey(schema, 'properties'))) return {};
  const type = getKey(schema, 'type');
  return type === 'string' ? '' : type === 'integer' || type === 'number' ? 0 : type === 'boolean' ? false : null;
}

function resolve(walk: Walk, schema: JsonObject): { readonly schema: JsonObject; readonly name: string } {
  return resolveReference(walk.schemas, schema);
}

function goType(walk: Walk, given: JsonObject): string {
  const { schema, name } = resolve(walk, given);
  if (isJsonObject(getKey(schema, 'properties'))) return goName(name);
  const items = getKey(schema, 'items');
  return isJsonObject(items) ? `[]${goType(walk, items)}` : goScalar(schema, name);
}

function goScalar(schema: JsonObject, name: string): string {
  const type = getKey(schema, 'type');
  const format = getKey(schema, 'format');
  if (name !== '') return goName(name);
  if (type === 'integer') return format === 'int64' ? 'int64' : 'int32';
  if (type === 'boolean') return 'bool';
  if (type === 'number') return 'float64';
  return typeof type === 'string' ? type : 'interface {}';
}

/** `io.k8s.api.apps.v1.DeploymentSpec` → `v1.DeploymentSpec`. */
function goName(name: string): string {
  return name.split('.').slice(-2).join('.');
}
