import { getKey, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';

/** What a field of a schema must hold. Null is nothing, whatever is asked for. */
type Holds =
  | 'text'
  | 'texts'
  | 'text or texts'
  | 'flag'
  | 'number'
  | 'whole number'
  | 'list'
  | 'mapping'
  | 'schema'
  | 'schema or schemas'
  | 'schema or flag'
  | 'schemas'
  | 'schemas by name';

/** Fields of a schema and what they hold; others are anybody's. Source: kube-openapi, spec/schema.go. */
const schemaFields: Readonly<Record<string, Holds>> = {
  id: 'text',
  description: 'text',
  type: 'text or texts',
  nullable: 'flag',
  format: 'text',
  title: 'text',
  maximum: 'number',
  exclusiveMaximum: 'flag',
  minimum: 'number',
  exclusiveMinimum: 'flag',
  maxLength: 'whole number',
  minLength: 'whole number',
  pattern: 'text',
  maxItems: 'whole number',
  minItems: 'whole number',
  uniqueItems: 'flag',
  multipleOf: 'number',
  enum: 'list',
  maxProperties: 'whole number',
  minProperties: 'whole number',
  required: 'texts',
  items: 'schema or schemas',
  allOf: 'schemas',
  oneOf: 'schemas',
  anyOf: 'schemas',
  not: 'schema',
  properties: 'schemas by name',
  additionalProperties: 'schema or flag',
  patternProperties: 'schemas by name',
  dependencies: 'mapping',
  additionalItems: 'schema or flag',
  definitions: 'schemas by name',
  discriminator: 'text',
  readOnly: 'flag',
  externalDocs: 'mapping',
};

/** Fields of a whole document. Source: kube-openapi, spec/swagger.go. */
const documentFields: Readonly<Record<string, Holds>> = {
  id: 'text',
  consumes: 'texts',
  produces: 'texts',
  schemes: 'texts',
  swagger: 'text',
  info: 'mapping',
  host: 'text',
  basePath: 'text',
  paths: 'mapping',
  definitions: 'schemas by name',
  parameters: 'mapping',
  responses: 'mapping',
  securityDefinitions: 'mapping',
  security: 'list',
  tags: 'list',
  externalDocs: 'mapping',
};

/** What is wrong with an OpenAPI document; undefined for one that upstream reads. */
export function problemOfDocument(document: JsonObject): string | undefined {
  return problemOfFields(document, documentFields, '');
}

/** What is wrong with a schema that stands at `at`. */
export function problemOfSchema(value: JsonValue, at: string): string | undefined {
  if (value === null) return undefined;
  return isJsonObject(value) ? problemOfFields(value, schemaFields, at) : `${at} is no schema`;
}

function problemOfFields(object: JsonObject, fields: Readonly<Record<string, Holds>>, at: string): string | undefined {
  for (const [name, holds] of Object.entries(fields)) {
    const value = getKey(object, name) ?? null;
    const problem = value === null ? undefined : problemOf(value, holds, at === '' ? name : `${at}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(value: JsonValue, holds: Holds, at: string): string | undefined {
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
  const told = (isIt: boolean): string | undefined => (isIt ? undefined : `${at} is no ${holds}`);
  switch (holds) {
    case 'text':
      return told(typeof value === 'string');
    case 'texts':
      return told(isTexts(value));
    case 'text or texts':
      return told(typeof value === 'string' || isTexts(value));
    case 'flag':
      return told(typeof value === 'boolean');
    case 'number':
      return told(typeof value === 'number' || typeof value === 'bigint');
    case 'whole number':
      return told(typeof value === 'bigint' || Number.isInteger(value));
    case 'list':
      return told(list !== undefined);
    case 'mapping':
      return told(isJsonObject(value));
    case 'schema':
      return problemOfSchema(value, at);
    case 'schema or flag':
      return isJsonObject(value) ? problemOfSchema(value, at) : told(typeof value === 'boolean');
    case 'schema or schemas':
      return list !== undefined
        ? firstProblem(list.entries(), at)
        : isJsonObject(value)
          ? problemOfSchema(value, at)
          : undefined;
    case 'schemas':
      return list === undefined ? told(false) : firstProblem(list.entries(), at);
    case 'schemas by name':
      return isJsonObject(value) ? firstProblem(Object.entries(value), at) : told(false);
  }
}

/** Whether a value is a list of texts; null is an empty one. */
export function isTexts(value: JsonValue): boolean {
  return (
    Array.isArray(value) && (value as readonly JsonValue[]).every((item) => typeof item === 'string' || item === null)
  );
}

function firstProblem(entries: Iterable<readonly [string | number, JsonValue]>, at: string): string | undefined {
  for (const [key, value] of entries) {
    const problem = problemOfSchema(value, `${at}.${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
