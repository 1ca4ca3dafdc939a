import { getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';

const REFERENCE = '#/components/schemas/';

/** Bytes in base64, padded. */
export const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A schema, compiled to what telling whether a value fits needs. */
interface Plan {
  /** The fields of a struct, each compiled when it is first met. */
  readonly properties: JsonObject | undefined;
  readonly fields: Map<string, Plan>;
  readonly list: boolean;
  /** What a list's items or a map's values are. */
  readonly items: JsonObject | undefined;
  itemPlan: Plan | undefined;
  readonly scalar: (value: JsonValue) => boolean;
  readonly nullable: boolean;
}

const plans = new WeakMap<JsonObject, Plan>();

/**
 * Whether a value fits a schema as it stands: only known fields, no nulls, right types. Most objects do, and then
 * decoding has nothing to change; whatever else is answered false, to be looked at more closely.
 */
export function fitsSchema(schemas: JsonObject, name: string, value: JsonValue, maxDepth: number): boolean {
  const schema = getKey(schemas, name);
  return isJsonObject(schema) && fits(schemas, planOf(schema, name), value, maxDepth);
}

function fits(schemas: JsonObject, plan: Plan, value: JsonValue, depth: number): boolean {
  if (value === null) return plan.nullable;
  if (depth < 0) return false;
  const { properties, items } = plan;
  if (properties !== undefined) {
    if (!isJsonObject(value)) return false;
    for (const key of Object.keys(value)) {
      const field = plan.fields.get(key) ?? fieldPlan(schemas, plan, properties, key);
      if (field === undefined || !fits(schemas, field, value[key] ?? null, depth - 1)) return false;
    }
    return true;
  }
  if (items === undefined) return plan.scalar(value);
  const item = (plan.itemPlan ??= planFor(schemas, items));
  if (plan.list) {
    return Array.isArray(value) && (value as JsonArray).every((each) => fits(schemas, item, each, depth - 1));
  }
  return isJsonObject(value) && Object.keys(value).every((key) => fits(schemas, item, value[key] ?? null, depth - 1));
}

function fieldPlan(schemas: JsonObject, plan: Plan, properties: JsonObject, key: string): Plan | undefined {
  const schema = getKey(properties, key);
  if (!isJsonObject(schema)) return undefined;
  const made = planFor(schemas, schema);
  plan.fields.set(key, made);
  return made;
}

function planFor(schemas: JsonObject, given: JsonObject): Plan {
  const { schema, name } = resolveReference(schemas, given);
  return planOf(schema, name);
}

function planOf(schema: JsonObject, name: string): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const properties = getKey(schema, 'properties');
  const additional = getKey(schema, 'additionalProperties');
  const items = getKey(schema, 'items');
  const isMap = isJsonObject(additional);
  const made: Plan = {
    properties: isJsonObject(properties) ? properties : undefined,
    fields: new Map(),
    list: !isMap && isJsonObject(items),
    items: isMap ? additional : isJsonObject(items) ? items : undefined,
    itemPlan: undefined,
    scalar: scalarTest(schema, name),
    nullable: getKey(schema, 'type') === undefined,
  };
  plans.set(schema, made);
  return made;
}

/** Whether a value is one of the scalar's type, as Go's decoder sees it. */
export function scalarTest(schema: JsonObject, name: string): (value: JsonValue) => boolean {
  const type = getKey(schema, 'type');
  const format = getKey(schema, 'format');
  if (type === undefined || getKey(schema, 'oneOf') !== undefined || format === 'int-or-string') return () => true;
  switch (type) {
    case 'string':
      if (name.endsWith('.Quantity')) return () => true;
      if (format === 'byte') return (value) => typeof value === 'string' && BASE64.test(value);
      return (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'integer':
      return (value) => typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    case 'number':
      return (value) => typeof value === 'bigint' || typeof value === 'number';
    case 'object':
      return isJsonObject;
    default:
      return () => true;
  }
}

/** Follows `$ref` (also inside a single `allOf`) to the schema itself; `name` is '' where there is none to follow. */
export function resolveReference(
  schemas: JsonObject,
  schema: JsonObject,
): { readonly schema: JsonObject; readonly name: string } {
  const all = getKey(schema, 'allOf');
  const only = Array.isArray(all) && all.length === 1 ? (all as JsonArray)[0] : undefined;
  const reference = getKey(isJsonObject(only) ? only : schema, '$ref');
  if (typeof reference !== 'string') return { schema, name: '' };
  const name = reference.slice(REFERENCE.length);
  const found = getKey(schemas, name);
  return { schema: isJsonObject(found) ? found : {}, name };
}
