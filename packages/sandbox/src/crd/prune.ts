import { isJsonObject, setKey, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';
import type { StructuralSchema } from './structural-schema.ts';

const ROOT_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

/** The value without the fields that its schema does not name; their paths are added to `unknown`. */
export function prune(schema: StructuralSchema, value: JsonValue, unknown: string[], isRoot = true): JsonValue {
  return pruneValue(schema, value, unknown, '', isRoot || schema.embeddedResource);
}

function pruneValue(
  schema: StructuralSchema,
  value: JsonValue,
  unknown: string[],
  path: string,
  isResource: boolean,
): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return value as JsonArray;
    return (value as JsonArray).map((item, index) =>
      pruneValue(items, item, unknown, `${path}[${index}]`, items.embeddedResource),
    );
  }
  if (!isJsonObject(value)) return value;
  if (schema.additional === true) return value;
  return pruneMapping(schema, value, unknown, path, isResource);
}

function pruneMapping(
  schema: StructuralSchema,
  value: JsonObject,
  unknown: string[],
  path: string,
  isResource: boolean,
): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, child] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const known = schema.properties.get(key) ?? (schema.additional === true ? undefined : schema.additional);
    if (isResource && ROOT_FIELDS.has(key)) setKey(result, key, child);
    else if (known !== undefined) setKey(result, key, pruneValue(known, child, unknown, at, known.embeddedResource));
    else if (schema.preserveUnknown) setKey(result, key, child);
    else unknown.push(at);
  }
  return result;
}
