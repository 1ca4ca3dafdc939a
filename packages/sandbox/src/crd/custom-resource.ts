import { createHash } from 'node:crypto';
import {
  deepEqual,
  fromCrd,
  getKey,
  getPath,
  isJsonObject,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type TypesByKind,
} from '@capstan/object';
import { openApiDocument } from '../schema/index.ts';
import { badRequest, type FieldError } from '../registry/api-status-error.ts';
import { withApiVersion } from '../registry/builtin-resources.ts';
import type { Resource, ScalePaths, Subresource } from '../registry/resource.ts';
import { decodeTyped } from '../registry/typed-decode.ts';
import { customTable } from './columns.ts';
import { withDefaults } from './defaults.ts';
import { customDocument, customSchemaName } from './openapi.ts';
import { prune } from './prune.ts';
import { brokenRules } from './rules.ts';
import { simplePath } from './json-path.ts';
import { readStructural, type StructuralSchema } from './structural-schema.ts';
import { validateStructural } from './validate.ts';

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The errors after which rules are not looked at any more. */
const BLOCKING = new Set([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
]);

const NOT_CHECKED =
  'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing ' +
  'errors to complete validation';

/** The resources of a CRD: one for each version that is served, in the order in which they are preferred. */
export function customResources(definition: KubernetesObject): readonly Resource[] {
  const versions = list(getPath(definition, 'spec', 'versions'));
  const stored = versions.find((version) => getKey(version, 'storage') === true) ?? versions[0];
  const types = fromCrd(definition);
  return versions
    .filter((version) => getKey(version, 'served') === true)
    .map((version) => customResource(definition, version, text(stored, 'name'), types));
}

function customResource(
  definition: KubernetesObject,
  version: JsonObject,
  storageVersion: string,
  types: TypesByKind,
): Resource {
  const group = text(getPath(definition, 'spec'), 'group');
  const names = getPath(definition, 'spec', 'names');
  const kind = text(names, 'kind');
  const plural = text(names, 'plural');
  const own = text(version, 'name');
  const apiVersion = `${group}/${own}`;
  const open = getPath(version, 'schema', 'openAPIV3Schema');
  const schema = readStructural(isJsonObject(open) ? open : { 'x-kubernetes-preserve-unknown-fields': true });
  const selectable = selectableFields(version);
  const hasStatus = isJsonObject(getPath(version, 'subresources', 'status'));
  let document: JsonObject | undefined;
  return {
    group,
    version: own,
    resource: plural,
    singular: text(names, 'singular') || kind.toLowerCase(),
    kind,
    listKind: text(names, 'listKind') || `${kind}List`,
    namespaced: getPath(definition, 'spec', 'scope') !== 'Cluster',
    verbs: VERBS,
    shortNames: texts(getPath(names, 'shortNames')),
    categories: texts(getPath(names, 'categories')),
    subresources: subresourcesOf(version, kind),
    storageVersionHash: hashOf(`${group}/${storageVersion}/${kind}`),
    collection: `${group}/${plural}`,
    custom: true,
    scale: scalePaths(version),
    types: () => types,
    schema() {
      document ??= customDocument(group, own, [{ definition, version }]);
      return { document, name: customSchemaName(group, own, kind) };
    },
    decode: (object) => decodeCustom(schema, object, kind, own),
    applyDefaults: (object) => defaulted(schema, object),
    prepareForCreate: (object) => object,
    validate: (object, old) => errorsOf(schema, object, old),
    hasGeneration: true,
    bumpsGeneration: (object, old) => !deepEqual(desired(object, hasStatus), desired(old, hasStatus)),
    table: () => customTable(version),
    selectableFields: [...selectable.keys()],
    selectableField: (object, field) => selectedText(object, selectable.get(field)),
    fromStorage: reader(schema, apiVersion),
    toStorage: (object) => withApiVersion(object, `${group}/${storageVersion}`),
  };
}

/** Gives stored objects in the version, with the defaults that its schema has by now; each object once. */
function reader(schema: StructuralSchema, apiVersion: string): (object: KubernetesObject) => KubernetesObject {
  const known = new WeakMap<KubernetesObject, KubernetesObject>();
  return (object) => {
    const found = known.get(object);
    if (found !== undefined) return found;
    const made = defaulted(schema, withApiVersion(object, apiVersion));
    known.set(object, made);
    return made;
  };
}

function decodeCustom(
  schema: StructuralSchema,
  object: KubernetesObject,
  kind: string,
  version: string,
): { readonly object: KubernetesObject; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const pruned = prune(schema, object, unknown);
  const metadata = decodeTyped(openApiDocument('', 'v1') ?? {}, OBJECT_META, object.metadata);
  if (metadata.mismatch !== undefined) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${metadata.mismatch}`,
    );
  }
  unknown.push(...metadata.unknown.map((path) => `metadata.${path}`));
  return {
    object: {
      ...(isJsonObject(pruned) ? pruned : {}),
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: isJsonObject(metadata.value) ? metadata.value : {},
    },
    unknown: unknown.sort(),
  };
}

function defaulted(schema: StructuralSchema, object: KubernetesObject): KubernetesObject {
  const value = withDefaults(schema, object);
  if (value === object || !isJsonObject(value)) return object;
  return { ...value, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function errorsOf(
  schema: StructuralSchema,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
): readonly FieldError[] {
  const errors = validateStructural(schema, object);
  if (!schema.rulesBelow) return errors;
  if (errors.some((error) => BLOCKING.has(error.reason))) {
    return [...errors, { reason: 'FieldValueInvalid', field: '<nil>', message: NOT_CHECKED }];
  }
  return [...errors, ...brokenRules(schema, object, old)];
}

function desired(object: KubernetesObject, hasStatus: boolean): JsonObject {
  const { metadata: _metadata, status, ...rest } = object;
  return hasStatus || status === undefined ? rest : { ...rest, status };
}

function subresourcesOf(version: JsonObject, kind: string): readonly Subresource[] {
  const verbs = ['get', 'patch', 'update'];
  const given = getKey(version, 'subresources');
  const found: Subresource[] = [];
  if (isJsonObject(getPath(given, 'status'))) found.push({ name: 'status', kind, verbs });
  if (isJsonObject(getPath(given, 'scale'))) {
    found.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs });
  }
  return found;
}

function scalePaths(version: JsonObject): ScalePaths | undefined {
  const scale = getPath(version, 'subresources', 'scale');
  if (!isJsonObject(scale)) return undefined;
  const selector = text(scale, 'labelSelectorPath');
  return {
    specReplicas: simplePath(text(scale, 'specReplicasPath')),
    statusReplicas: simplePath(text(scale, 'statusReplicasPath')),
    selector: selector === '' ? [] : simplePath(selector),
  };
}

function selectableFields(version: JsonObject): ReadonlyMap<string, readonly string[]> {
  const fields = list(getKey(version, 'selectableFields')).map((entry) => text(entry, 'jsonPath'));
  return new Map(fields.map((path) => [path.replace(/^\./, ''), simplePath(path)]));
}

function selectedText(object: KubernetesObject, path: readonly string[] | undefined): string | undefined {
  const value = path === undefined ? undefined : getPath(object, ...path);
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** Upstream's short digest of the version that a kind is stored in. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as JsonArray).filter(isJsonObject) : [];
}

function text(value: JsonValue | undefined, key: string): string {
  const found = getPath(value, key);
  return typeof found === 'string' ? found : '';
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
