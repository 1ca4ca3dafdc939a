import { isJsonObject, setKey, type JsonObject, type JsonValue } from '@capstan/object';
import { z } from 'zod';

/**
 * The structural OpenAPI schema of a resource, as a CRD holds it. Mappings with named fields prune what they do not
 * name, as Kubernetes does; the looseness of our views is no part of it.
 */
export function structuralSchema(type: z.ZodType): JsonObject {
  const draft: unknown = z.toJSONSchema(type, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
  });
  return structural(draft);
}

function structural(node: unknown): JsonObject {
  if (!isJsonObject(node)) return {};
  const scalar = node['x-capstan-scalar'];
  const result: Record<string, JsonValue> = {};
  if (isJsonObject(scalar)) {
    for (const [key, value] of Object.entries(scalar)) setKey(result, key, value);
    if (Object.hasOwn(node, 'default')) setKey(result, 'default', node['default'] ?? null);
    return result;
  }
  const named = isJsonObject(node['properties']) && Object.keys(node['properties']).length > 0;
  for (const [key, value] of Object.entries(node)) {
    const kept = member(key, value, named);
    if (kept !== undefined) setKey(result, key, kept);
  }
  return result;
}

function member(key: string, value: JsonValue, named: boolean): JsonValue | undefined {
  switch (key) {
    case 'properties':
      return named && isJsonObject(value) ? mapValues(value, structural) : undefined;
    case 'items':
      return structural(value);
    case 'additionalProperties':
      return named || !isJsonObject(value) ? undefined : structural(value);
    // zod prints a regular expression as JavaScript writes it, where a slash is escaped.
    case 'pattern':
      return typeof value === 'string' ? value.replaceAll('\\/', '/') : value;
    default:
      return value;
  }
}

function mapValues(object: JsonObject, map: (value: JsonValue) => JsonObject): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object)) setKey(result, key, map(value));
  return result;
}
