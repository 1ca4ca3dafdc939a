import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { GroupVersionKind } from '../kubernetes-object.ts';
import { patchInvalid } from './patch-invalid.ts';

/** What a strategic merge needs to know of a field. */
export interface FieldMergeMetadata {
  /** `merge`, `replace`, `retainKeys`, in the order of the schema; none is the default: mappings merge, lists replace. */
  readonly strategies: readonly string[];
  /** The key that tells a list's mappings apart; empty where there is none. */
  readonly mergeKey: string;
  /** Of the mapping, or of the list's items. */
  readonly schema: MergeMetadata;
}

/** How the fields of a type merge. Look-ups throw PATCH_INVALID on a field that the type does not have. */
export interface MergeMetadata {
  /** The type's name, for messages. */
  readonly name: string;
  /** Metadata of a field that holds a mapping. */
  mapping(key: string): FieldMergeMetadata;
  /** Metadata of a field that holds a list. */
  list(key: string): FieldMergeMetadata;
}

const REFERENCE_PREFIX = '#/components/schemas/';
const GVK_KEY = 'x-kubernetes-group-version-kind';

/**
 * Merge metadata of a kind out of an OpenAPI v3 document (`/openapi/v3/apis/GROUP/VERSION`), from its
 * `x-kubernetes-patch-merge-key` and `-strategy`; undefined when the document does not describe the kind.
 */
export function mergeMetadataFromOpenApi(document: JsonValue, gvk: GroupVersionKind): MergeMetadata | undefined {
  const schemas = getPath(document, 'components', 'schemas');
  if (!isJsonObject(schemas)) return undefined;
  for (const schema of Object.values(schemas)) {
    const kinds = getPath(schema, GVK_KEY);
    if (!Array.isArray(kinds) || !isJsonObject(schema)) continue;
    if ((kinds as readonly JsonValue[]).some((entry) => isKind(entry, gvk))) return new SchemaMetadata(schemas, schema);
  }
  return undefined;
}

/** Merge metadata of a schema by itself; its references are looked up in `schemas`. */
export function mergeMetadataFromSchema(schemas: JsonObject, schema: JsonObject): MergeMetadata {
  return new SchemaMetadata(schemas, schema);
}

function isKind(entry: JsonValue, { group, version, kind }: GroupVersionKind): boolean {
  return getPath(entry, 'group') === group && getPath(entry, 'version') === version && getPath(entry, 'kind') === kind;
}

class SchemaMetadata implements MergeMetadata {
  readonly #schemas: JsonObject;
  readonly #schema: JsonObject;

  constructor(schemas: JsonObject, schema: JsonObject) {
    this.#schemas = schemas;
    this.#schema = schema;
  }

  get name(): string {
    const type = getKey(this.#schema, 'type');
    return typeof type === 'string' ? type : 'Struct';
  }

  mapping(key: string): FieldMergeMetadata {
    const field = this.#field(key);
    return this.#metadata(field, field);
  }

  list(key: string): FieldMergeMetadata {
    const field = this.#field(key);
    const items = getKey(this.#resolve(field), 'items');
    return this.#metadata(field, isJsonObject(items) ? items : field);
  }

  #field(key: string): JsonObject {
    const properties = getKey(this.#schema, 'properties');
    const property = isJsonObject(properties) ? getKey(properties, key) : undefined;
    if (isJsonObject(property)) return property;
    const additional = getKey(this.#schema, 'additionalProperties');
    if (isJsonObject(additional)) return additional;
    throw patchInvalid(`unable to find api field "${key}"`);
  }

  #metadata(field: JsonObject, inner: JsonObject): FieldMergeMetadata {
    const strategies = getKey(field, 'x-kubernetes-patch-strategy');
    const mergeKey = getKey(field, 'x-kubernetes-patch-merge-key');
    return {
      strategies: typeof strategies === 'string' ? strategies.split(',') : [],
      mergeKey: typeof mergeKey === 'string' ? mergeKey : '',
      schema: new SchemaMetadata(this.#schemas, this.#resolve(inner)),
    };
  }

  /** Follows `allOf: [{$ref}]` and `$ref`, which Kubernetes' documents use one level deep. */
  #resolve(schema: JsonObject): JsonObject {
    const first = getPath(schema, 'allOf', 0);
    const reference = getKey(isJsonObject(first) ? first : schema, '$ref');
    if (typeof reference !== 'string') return isJsonObject(first) ? first : schema;
    const target = reference.startsWith(REFERENCE_PREFIX)
      ? getKey(this.#schemas, reference.slice(REFERENCE_PREFIX.length))
      : undefined;
    if (!isJsonObject(target)) throw patchInvalid(`unable to resolve ${reference} in OpenAPI V3`);
    return target;
  }
}

/** A field's strategy beside `retainKeys`. Throws PATCH_INVALID on combinations that Kubernetes does not know. */
export function readStrategies(strategies: readonly string[]): {
  readonly retainKeys: boolean;
  readonly strategy: string;
} {
  const others = strategies.filter((strategy) => strategy !== 'retainKeys');
  if (others.length > 1 || strategies.length > 2)
    throw patchInvalid(`unexpected patch strategy: ${strategies.join(',')}`);
  return { retainKeys: others.length < strategies.length, strategy: others[0] ?? '' };
}
