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
  | 'schemas by name'
  | Fields
  | Each;

/** A mapping of these fields. */
interface Fields {
  readonly what: string;
  readonly fields: () => Readonly<Record<string, Holds>>;
}

/** A list or a mapping with values of one kind; of a mapping only those whose names are meant. */
interface Each {
  readonly each: Holds;
  readonly of: 'list' | 'mapping';
  readonly named?: RegExp;
}

/** What limits a value, in a schema and elsewhere. */
const limits: Readonly<Record<string, Holds>> = {
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
};

/** Fields of a schema and what they hold; others are anybody's. Source: kube-openapi, spec/schema.go. */
const schemaFields: Readonly<Record<string, Holds>> = {
  id: 'text',
  description: 'text',
  type: 'text or texts',
  nullable: 'flag',
  format: 'text',
  title: 'text',
  ...limits,
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

const texts = (...names: readonly string[]): Readonly<Record<string, Holds>> =>
  Object.fromEntries(names.map((name) => [name, 'text']));

const externalDocs: Fields = { what: 'external documentation', fields: () => texts('description', 'url') };

/** What may be said of a value that is no body. Source: kube-openapi, spec/items.go. */
const simpleFields: Readonly<Record<string, Holds>> = {
  ...texts('type', 'format', 'collectionFormat'),
  nullable: 'flag',
  items: { what: 'items', fields: () => simpleFields },
  ...limits,
};

const parameter: Fields = {
  what: 'parameter',
  fields: () => ({
    ...simpleFields,
    ...texts('description', 'name', 'in'),
    required: 'flag',
    schema: 'schema',
    allowEmptyValue: 'flag',
  }),
};

const header: Fields = { what: 'header', fields: () => ({ ...simpleFields, description: 'text' }) };

const response: Fields = {
  what: 'response',
  fields: () => ({
    description: 'text',
    schema: 'schema',
    headers: { each: header, of: 'mapping' },
    examples: 'mapping',
  }),
};

const security: Each = { each: { each: 'texts', of: 'mapping' }, of: 'list' };

const operation: Fields = {
  what: 'operation',
  fields: () => ({
    ...texts('description', 'summary', 'operationId'),
    consumes: 'texts',
    produces: 'texts',
    schemes: 'texts',
    tags: 'texts',
    externalDocs,
    deprecated: 'flag',
    security,
    parameters: { each: parameter, of: 'list' },
    responses: { each: response, of: 'mapping', named: /^(?:default|[+-]?\d+)$/ },
  }),
};

const pathItem: Fields = {
  what: 'path',
  fields: () => ({
    get: operation,
    put: operation,
    post: operation,
    delete: operation,
    options: operation,
    head: operation,
    patch: operation,
    parameters: { each: parameter, of: 'list' },
  }),
};

const securityScheme: Fields = {
  what: 'security scheme',
  fields: () => ({
    ...texts('description', 'type', 'name', 'in', 'flow', 'authorizationUrl', 'tokenUrl'),
    scopes: { each: 'text', of: 'mapping' },
  }),
};

/** Fields of a whole document. Source: kube-openapi, spec/swagger.go. */
const documentFields: Readonly<Record<string, Holds>> = {
  ...texts('id', 'swagger', 'host', 'basePath'),
  consumes: 'texts',
  produces: 'texts',
  schemes: 'texts',
  info: {
    what: 'information',
    fields: () => ({
      ...texts('description', 'title', 'termsOfService', 'version'),
      contact: { what: 'contact', fields: () => texts('name', 'url', 'email') },
      license: { what: 'license', fields: () => texts('name', 'url') },
    }),
  },
  paths: { each: pathItem, of: 'mapping', named: /^\// },
  definitions: 'schemas by name',
  parameters: { each: parameter, of: 'mapping' },
  responses: { each: response, of: 'mapping' },
  securityDefinitions: { each: securityScheme, of: 'mapping' },
  security,
  tags: {
    each: { what: 'tag', fields: () => ({ ...texts('description', 'name'), externalDocs }) },
    of: 'list',
  },
  externalDocs,
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
  if (typeof holds !== 'string')
    return 'each' in holds ? problemOfEach(value, holds, at) : problemOfMapping(value, holds, at);
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

function problemOfMapping(value: JsonValue, { what, fields }: Fields, at: string): string | undefined {
  return isJsonObject(value) ? problemOfFields(value, fields(), at) : `${at} is no ${what}`;
}

function problemOfEach(value: JsonValue, { each, of, named = /^/ }: Each, at: string): string | undefined {
  if (of === 'list' ? !Array.isArray(value) : !isJsonObject(value)) return `${at} is no ${of}`;
  for (const [key, entry] of Object.entries(value as JsonObject)) {
    const isMeant = of === 'list' || named.test(key);
    const problem = entry === null || !isMeant ? undefined : problemOf(entry, each, `${at}.${key}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
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
