import { isCapstanError } from '@capstan/errors';
import {
  canonicalQuantity,
  formatDuration,
  getKey,
  isJsonObject,
  parseDuration,
  setKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { like } from './normalize.ts';

/** A field of a custom kind that holds a type of Kubernetes: `spec.template.spec`, `core/v1/PodSpec`. */
export interface KnownTypeField {
  /** Keys from the root, with dots between them; a list on the way is entered. */
  readonly field: string;
  readonly type: string;
}

/** Schemas of Kubernetes' own types, by their OpenAPI names (`io.k8s.api.core.v1.PodSpec`). */
export type SchemaByName = (name: string) => JsonObject | undefined;

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const DURATION = 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration';
/** Schemas refer to themselves (JSONSchemaProps): a value may nest as deep as this. */
const MAX_DEPTH = 64;

/**
 * An object whose known fields are written as Kubernetes itself writes these types: quantities and durations in their
 * canonical form, without fields that the type does not have. What is no value of its type stays as it is.
 * Source: argoproj/argo-cd util/argo/normalizers/knowntypes_normalizer.go.
 */
export function withKnownTypes(
  object: KubernetesObject,
  fields: readonly KnownTypeField[],
  schemas: SchemaByName,
): KubernetesObject {
  const rewritten = fields.reduce<JsonValue>((value, { field, type }) => {
    const name = schemaName(type);
    return name === undefined ? value : at(value, field.split('.'), (found) => canonical(found, name, schemas, 0));
  }, object);
  return like(isJsonObject(rewritten) ? rewritten : {}, object);
}

/** The OpenAPI name of a type as operators write it; undefined where it is none that Argo CD knows. */
export function schemaName(type: string): string | undefined {
  if (type === 'core/Quantity') return QUANTITY;
  if (type === 'meta/v1/Duration') return DURATION;
  const core = /^core\/v1\/([A-Za-z0-9]+)$/.exec(type)?.[1];
  return core === undefined ? undefined : `io.k8s.api.core.v1.${core}`;
}

function at(value: JsonValue, path: readonly string[], change: (value: JsonValue) => JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => at(item, path, change));
  if (key === undefined) return change(value);
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  const copy: Record<string, JsonValue> = { ...value };
  setKey(copy, key, at(getKey(value, key) ?? null, rest, change));
  return copy;
}

function canonical(value: JsonValue, name: string, schemas: SchemaByName, depth: number): JsonValue {
  if (name === QUANTITY) return orAsItIs(value, () => canonicalQuantity(value));
  if (name === DURATION)
    return typeof value === 'string' ? orAsItIs(value, () => formatDuration(parseDuration(value))) : value;
  const schema = schemas(name);
  return schema === undefined ? value : bySchema(value, schema, schemas, depth);
}

function bySchema(value: JsonValue, schema: JsonObject, schemas: SchemaByName, depth: number): JsonValue {
  if (depth > MAX_DEPTH) return value;
  const name = reference(schema);
  if (name !== undefined) return canonical(value, name, schemas, depth + 1);
  const { properties, items, additionalProperties } = schema;
  if (Array.isArray(value) && isJsonObject(items))
    return (value as readonly JsonValue[]).map((item) => bySchema(item, items, schemas, depth + 1));
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [key, each] of Object.entries(value)) {
    const known = isJsonObject(properties) ? getKey(properties, key) : additionalProperties;
    if (isJsonObject(known)) setKey(result, key, bySchema(each, known, schemas, depth + 1));
    else if (!isJsonObject(properties)) setKey(result, key, each);
  }
  return result;
}

/** What a schema refers to, directly or by the only member of its `allOf`. */
function reference(schema: JsonObject): string | undefined {
  const { $ref, allOf } = schema;
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  const first: unknown = Array.isArray(allOf) ? allOf[0] : undefined;
  return isJsonObject(first) ? reference(first) : undefined;
}

function orAsItIs(value: JsonValue, rewrite: () => JsonValue): JsonValue {
  try {
    return rewrite();
  } catch (error) {
    if (isCapstanError(error)) return value;
    throw error;
  }
}
