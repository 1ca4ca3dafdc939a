import { getPath, isJsonObject, type JsonArray, type JsonObject, type JsonValue } from '../json-value.ts';
import { fromOpenApi } from './from-open-api.ts';
import { objectMetaDefinitions } from './object-meta.ts';
import { deducedTypes, type TypesByKind } from './types-by-kind.ts';

/**
 * The types of a CustomResourceDefinition, one for each version that is served, read off its structural schemas. A
 * definition that keeps unknown fields everywhere, or a version without a schema, has its types deduced from the value,
 * as the API server does. Throws SCHEMA_VIOLATION.
 */
export function fromCrd(crd: JsonObject): TypesByKind {
  const group = getPath(crd, 'spec', 'group');
  const kind = getPath(crd, 'spec', 'names', 'kind');
  const versions = getPath(crd, 'spec', 'versions');
  const keepsAll = getPath(crd, 'spec', 'preserveUnknownFields') === true;
  const definitions: Record<string, JsonValue> = { ...objectMetaDefinitions };
  const deduced = new Set<string>();
  for (const version of Array.isArray(versions) ? (versions as JsonArray) : []) {
    const name = getPath(version, 'name');
    if (typeof name !== 'string' || typeof group !== 'string' || typeof kind !== 'string') continue;
    const schema = getPath(version, 'schema', 'openAPIV3Schema');
    if (keepsAll || !isJsonObject(schema)) deduced.add(name);
    else definitions[`${group}.${name}.${kind}`] = rootDefinition(schema, { group, version: name, kind });
  }
  const described = fromOpenApi({ components: { schemas: definitions } });
  return {
    typeOf(gvk) {
      const mine = gvk.group === group && gvk.kind === kind;
      return mine && deduced.has(gvk.version) ? deducedTypes.typeOf(gvk) : described.typeOf(gvk);
    },
  };
}

// Where a schema is that of a whole object, it leaves out what every object has.
function rootDefinition(schema: JsonObject, gvk: JsonObject): JsonObject {
  return { ...schema, 'x-kubernetes-embedded-resource': true, 'x-kubernetes-group-version-kind': [gvk] };
}
