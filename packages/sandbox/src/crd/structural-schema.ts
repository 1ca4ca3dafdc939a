import { getKey, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '@capstan/object';

/** A CEL rule of a schema. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string | undefined;
  readonly messageExpression: string | undefined;
  readonly reason: string | undefined;
  readonly fieldPath: string | undefined;
  readonly optionalOldSelf: boolean;
}

/** A structural schema of a CRD, read. What is absent is undefined. */
export interface StructuralSchema {
  readonly type: string | undefined;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, StructuralSchema>;
  readonly items: StructuralSchema | undefined;
  /** A schema for the values of a map; true where any are allowed. */
  readonly additional: StructuralSchema | true | undefined;
  readonly hasDefault: boolean;
  readonly defaultValue: JsonValue;
  readonly preserveUnknown: boolean;
  readonly embeddedResource: boolean;
  readonly intOrString: boolean;
  readonly listType: string | undefined;
  readonly listMapKeys: readonly string[];
  readonly rules: readonly ValidationRule[];
  readonly checks: ValueChecks;
  /** Whether a default stands here or anywhere below. */
  readonly defaultsBelow: boolean;
  /** Whether a rule stands here or anywhere below. */
  readonly rulesBelow: boolean;
}

/** What a value has to be, beyond its type. */
export interface ValueChecks {
  readonly required: readonly string[];
  readonly enum: JsonArray | undefined;
  readonly pattern: string | undefined;
  readonly format: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: boolean;
  readonly exclusiveMaximum: boolean;
  readonly multipleOf: number | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly minProperties: number | undefined;
  readonly maxProperties: number | undefined;
  readonly allOf: readonly StructuralSchema[];
  readonly anyOf: readonly StructuralSchema[];
  readonly oneOf: readonly StructuralSchema[];
  readonly not: StructuralSchema | undefined;
}

/** Schemas nested deeper than this are read no further, so that reading and walking them is bounded. */
const MAX_DEPTH = 100;

/** Reads a version's `openAPIV3Schema`. */
export function readStructural(schema: JsonObject, depth = 0): StructuralSchema {
  const below = depth >= MAX_DEPTH ? {} : schema;
  const child = (value: JsonValue | undefined): StructuralSchema | undefined =>
    isJsonObject(value) ? readStructural(value, depth + 1) : undefined;
  const properties = new Map<string, StructuralSchema>();
  const given = getKey(below, 'properties');
  for (const [name, value] of Object.entries(isJsonObject(given) ? given : {})) {
    const read = child(value);
    if (read !== undefined) properties.set(name, read);
  }
  const items = child(getKey(below, 'items'));
  const additionalValue = getKey(below, 'additionalProperties');
  const additional = additionalValue === true ? true : child(additionalValue);
  const rules = readRules(getKey(schema, 'x-kubernetes-validations'));
  const hasDefault = getKey(schema, 'default') !== undefined;
  const children = [...properties.values(), ...(items === undefined ? [] : [items])];
  if (additional !== undefined && additional !== true) children.push(additional);
  return {
    type: text(schema, 'type'),
    nullable: getKey(schema, 'nullable') === true,
    properties,
    items,
    additional,
    hasDefault,
    defaultValue: getKey(schema, 'default') ?? null,
    preserveUnknown: getKey(schema, 'x-kubernetes-preserve-unknown-fields') === true,
    embeddedResource: getKey(schema, 'x-kubernetes-embedded-resource') === true,
    intOrString: getKey(schema, 'x-kubernetes-int-or-string') === true,
    listType: text(schema, 'x-kubernetes-list-type'),
    listMapKeys: texts(getKey(schema, 'x-kubernetes-list-map-keys')),
    rules,
    checks: readChecks(below, child),
    defaultsBelow: hasDefault || children.some((entry) => entry.defaultsBelow),
    rulesBelow: rules.length > 0 || children.some((entry) => entry.rulesBelow),
  };
}

function readChecks(
  schema: JsonObject,
  child: (value: JsonValue | undefined) => StructuralSchema | undefined,
): ValueChecks {
  const number = (key: string): number | undefined => {
    const value = getKey(schema, key);
    return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
  };
  const several = (key: string): readonly StructuralSchema[] => {
    const value = getKey(schema, key);
    if (!Array.isArray(value)) return [];
    return (value as JsonArray).flatMap((entry) => child(entry) ?? []);
  };
  const listed = getKey(schema, 'enum');
  return {
    required: texts(getKey(schema, 'required')),
    enum: Array.isArray(listed) ? (listed as JsonArray) : undefined,
    pattern: text(schema, 'pattern'),
    format: text(schema, 'format'),
    minimum: number('minimum'),
    maximum: number('maximum'),
    exclusiveMinimum: getKey(schema, 'exclusiveMinimum') === true,
    exclusiveMaximum: getKey(schema, 'exclusiveMaximum') === true,
    multipleOf: number('multipleOf'),
    minLength: number('minLength'),
    maxLength: number('maxLength'),
    minItems: number('minItems'),
    maxItems: number('maxItems'),
    minProperties: number('minProperties'),
    maxProperties: number('maxProperties'),
    allOf: several('allOf'),
    anyOf: several('anyOf'),
    oneOf: several('oneOf'),
    not: child(getKey(schema, 'not')),
  };
}

function readRules(value: JsonValue | undefined): readonly ValidationRule[] {
  if (!Array.isArray(value)) return [];
  return (value as JsonArray).flatMap((entry) => {
    const rule = isJsonObject(entry) ? text(entry, 'rule') : undefined;
    if (!isJsonObject(entry) || rule === undefined) return [];
    return [
      {
        rule,
        message: text(entry, 'message'),
        messageExpression: text(entry, 'messageExpression'),
        reason: text(entry, 'reason'),
        fieldPath: text(entry, 'fieldPath'),
        optionalOldSelf: getKey(entry, 'optionalOldSelf') === true,
      },
    ];
  });
}

function text(object: JsonObject, key: string): string | undefined {
  const value = getKey(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
