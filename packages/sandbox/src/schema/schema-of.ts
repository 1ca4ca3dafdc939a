import { getKey, getPath, isJsonObject, type GroupVersionKind, type JsonObject, type JsonValue } from '@capstan/object';
import { openApiDocument } from './builtin-schema.ts';

const REFERENCE = '#/components/schemas/';
const byKind = new Map<string, ReadonlyMap<string, string>>();

/** The name of a built-in kind's schema within its document: `io.k8s.api.apps.v1.Deployment`. */
export function schemaNameOf(gvk: GroupVersionKind): string | undefined {
  const document = openApiDocument(gvk.group, gvk.version);
  if (document === undefined) return undefined;
  const key = `${gvk.group}/${gvk.version}`;
  const kinds = byKind.get(key) ?? indexKinds(document, gvk.group, gvk.version);
  byKind.set(key, kinds);
  return kinds.get(gvk.kind);
}

/** The schema of a built-in kind within its document; undefined for a kind that the document does not have. */
export function schemaOf(gvk: GroupVersionKind): JsonObject | undefined {
  const name = schemaNameOf(gvk);
  if (name === undefined) return undefined;
  return object(getPath(openApiDocument(gvk.group, gvk.version), 'components', 'schemas', name));
}

/** Follows `$ref` (also inside a single `allOf`, which is how defaults are attached) to the schema itself. */
export function resolveSchema(document: JsonObject, schema: JsonObject): JsonObject {
  const all = getKey(schema, 'allOf');
  const first = Array.isArray(all) && all.length === 1 ? object((all as readonly JsonValue[])[0]) : undefined;
  const reference = getKey(first ?? schema, '$ref');
  if (typeof reference !== 'string' || !reference.startsWith(REFERENCE)) return schema;
  return object(getPath(document, 'components', 'schemas', reference.slice(REFERENCE.length))) ?? schema;
}

function indexKinds(document: JsonObject, group: string, version: string): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  const schemas = object(getPath(document, 'components', 'schemas')) ?? {};
  for (const [name, schema] of Object.entries(schemas)) {
    const list = getPath(schema, 'x-kubernetes-group-version-kind');
    if (!Array.isArray(list)) continue;
    for (const entry of list as readonly JsonValue[]) {
      const kind = getPath(entry, 'kind');
      if (getPath(entry, 'group') === group && getPath(entry, 'version') === version && typeof kind === 'string') {
        kinds.set(kind, name);
      }
    }
  }
  return kinds;
}

function object(value: JsonValue | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
