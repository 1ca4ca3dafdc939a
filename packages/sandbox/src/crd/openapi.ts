import {
  getKey,
  getPath,
  isJsonObject,
  setKey,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '@capstan/object';
import { openApiDocument } from '../schema/index.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const PREFIX = '#/components/schemas/';

/** A version of a CRD that a document describes. */
export interface CustomVersion {
  readonly definition: JsonObject;
  readonly version: JsonObject;
}

/** The name of a kind's schema in its document: `com.example.v1.Widget` for example.com. */
export function customSchemaName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

/** The OpenAPI v3 document of a group-version that CRDs make. */
export function customDocument(group: string, version: string, kinds: readonly CustomVersion[]): JsonObject {
  const schemas: Record<string, JsonValue> = {};
  const paths: Record<string, JsonValue> = {};
  for (const kind of kinds) addKind(group, version, kind, schemas, paths);
  for (const name of ['ObjectMeta', 'ListMeta', 'DeleteOptions', 'Status', 'Patch']) addShared(META + name, schemas);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    paths,
    components: { schemas },
  };
}

function addKind(
  group: string,
  version: string,
  { definition, version: served }: CustomVersion,
  schemas: Record<string, JsonValue>,
  paths: Record<string, JsonValue>,
): void {
  const names = getPath(definition, 'spec', 'names');
  const kind = text(names, 'kind');
  const plural = text(names, 'plural');
  const listKind = getPath(names, 'listKind');
  const gvk = { group, version, kind };
  const name = customSchemaName(group, version, kind);
  const given = getPath(served, 'schema', 'openAPIV3Schema');
  const schema = isJsonObject(given) ? given : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const properties = getKey(schema, 'properties');
  setKey(schemas, name, {
    ...schema,
    properties: {
      ...(isJsonObject(properties) ? properties : {}),
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: `${PREFIX}${META}ObjectMeta` }] },
    },
    'x-kubernetes-group-version-kind': [gvk],
  });
  setKey(schemas, `${name}List`, {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: `${PREFIX}${META}ListMeta` }] },
      items: { type: 'array', items: { $ref: PREFIX + name } },
    },
    'x-kubernetes-group-version-kind': [
      { group, version, kind: typeof listKind === 'string' ? listKind : `${kind}List` },
    ],
  });
  const base = `/apis/${group}/${version}`;
  const scoped = getPath(definition, 'spec', 'scope') === 'Cluster' ? base : `${base}/namespaces/{namespace}`;
  setKey(paths, `${scoped}/${plural}`, {
    get: operation('list', gvk),
    post: {
      ...operation('post', gvk),
      parameters: WRITE_PARAMETERS,
      requestBody: body(PREFIX + name, ['application/json', 'application/yaml']),
    },
  });
  setKey(paths, `${scoped}/${plural}/{name}`, {
    get: operation('get', gvk),
    put: {
      ...operation('put', gvk),
      parameters: WRITE_PARAMETERS,
      requestBody: body(PREFIX + name, ['application/json', 'application/yaml']),
    },
    delete: operation('delete', gvk),
    patch: {
      ...operation('patch', gvk),
      parameters: PATCH_PARAMETERS,
      requestBody: body(`${PREFIX}${META}Patch`, PATCH_TYPES),
    },
  });
}

function text(value: JsonValue | undefined, key: string): string {
  const found = getPath(value, key);
  return typeof found === 'string' ? found : '';
}

const PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json'];

function parameter(name: string, type: string): JsonObject {
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}

const WRITE_PARAMETERS: JsonArray = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) =>
  parameter(name, 'string'),
);
const PATCH_PARAMETERS: JsonArray = [...WRITE_PARAMETERS, parameter('force', 'boolean')];

function operation(action: string, gvk: JsonObject): JsonObject {
  return {
    responses: { '200': { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  };
}

function body(reference: string, types: readonly string[]): JsonObject {
  const content: Record<string, JsonValue> = {};
  for (const type of types) content[type] = { schema: { $ref: reference } };
  return { content };
}

/** Adds a schema of Kubernetes' own, with what it refers to. */
function addShared(name: string, schemas: Record<string, JsonValue>): void {
  if (Object.hasOwn(schemas, name)) return;
  const schema = getPath(openApiDocument('', 'v1'), 'components', 'schemas', name);
  if (!isJsonObject(schema)) return;
  setKey(schemas, name, schema);
  for (const reference of references(schema)) addShared(reference, schemas);
}

function references(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return (value as JsonArray).flatMap(references);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string' ? [child.slice(PREFIX.length)] : references(child),
  );
}
