import {
  deepClone,
  getKey,
  isJsonObject,
  setKey,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';
import type { StructuralSchema } from './structural-schema.ts';

/**
 * The value with the defaults of its schema; the same value where nothing is added. A null where null is not allowed
 * counts as absent.
 */
export function withDefaults(schema: StructuralSchema, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const list = value as JsonArray;
    const { items } = schema;
    if (items === undefined) return list;
    const next: JsonArray = list.map((item) =>
      withDefaults(items, item === null && !items.nullable && items.hasDefault ? deepClone(items.defaultValue) : item),
    );
    return next.every((item, index) => item === list[index]) ? list : next;
  }
  return isJsonObject(value) ? mappingWithDefaults(schema, value) : value;
}

function mappingWithDefaults(schema: StructuralSchema, value: JsonObject): JsonObject {
  const changed: Record<string, JsonValue> = {};
  const dropped = new Set<string>();
  let any = false;
  for (const [key, property] of schema.properties) {
    const before = getKey(value, key);
    const missing = before === undefined || (before === null && !property.nullable);
    if (missing && !property.hasDefault) {
      if (before === null) dropped.add(key);
      continue;
    }
    const next = withDefaults(property, missing ? deepClone(property.defaultValue) : before);
    if (next === before) continue;
    setKey(changed, key, next);
    any = true;
  }
  const { additional } = schema;
  if (additional !== undefined && additional !== true) {
    for (const [key, before] of Object.entries(value)) {
      if (schema.properties.has(key)) continue;
      const next = withDefaults(additional, before);
      if (next === before) continue;
      setKey(changed, key, next);
      any = true;
    }
  }
  if (!any && dropped.size === 0) return value;
  return Object.fromEntries(Object.entries({ ...value, ...changed }).filter(([key]) => !dropped.has(key)));
}
