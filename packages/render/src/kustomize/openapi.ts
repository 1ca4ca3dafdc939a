import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue } from '@capstan/object';
import type { BuildContext } from './build-context.ts';
import { readSchemaFile } from './documents.ts';
import { hasKnownScope } from './known-scopes.ts';
import { invalid } from './problem.ts';
import { problemOfDocument } from './schema-document.ts';
import {
  builtinScopes,
  builtinTable,
  kustomizationTable,
  type SchemaField,
  type SchemaTable,
  type Scopes,
} from './schema.ts';
import { kustomizationPath, readerOf, type Target } from './target.ts';

/** The built-in OpenAPI version, which a kustomization may name. */
const BUILTIN_VERSION = 'v1.21.2';

/**
 * Takes over the schema that a kustomization's `openapi` names; the first one that is met holds for the whole build.
 * Throws RENDER_INVALID for a version that is not built in, or for a version and a path together.
 */
export function applyOpenApi(context: BuildContext, target: Target): void {
  const { path = '', version = '' } = target.found.kustomization.openapi ?? {};
  if (path === '' && version === '') return;
  const file = kustomizationPath(target);
  const bytes = path === '' ? undefined : readerOf(context, target)(path);
  if (context.schema.isSet) return;
  if (path !== '' && version !== '') {
    throw invalid(`${file}: builtin version and custom schema provided, cannot use both`, { path: file });
  }
  if (bytes === undefined && version !== BUILTIN_VERSION) {
    throw invalid(`${file}: the specified OpenAPI version is not built in: ${version}`, { path: file });
  }
  context.schema.set(bytes === undefined ? undefined : () => readSchemaDocument(bytes, path));
}

function readSchemaDocument(bytes: Uint8Array, path: string): JsonObject {
  const document = readSchemaFile(bytes, path) ?? {};
  if (!isJsonObject(document)) throw invalid(`${path}: invalid schema file: it is no mapping`, { path });
  const problem = problemOfDocument(document);
  if (problem !== undefined) throw invalid(`${path}: invalid schema file: ${problem}`, { path });
  return document;
}

/**
 * The schema of a build. Kustomize reads it when it is first needed, and one of its own in place of the built-in one, but
 * for builds that have met a kind of which it did not know the scope before: there the built-in one is read as well.
 */
export class BuildSchema implements Scopes {
  #custom: (() => JsonObject) | undefined;
  #isSet = false;
  #isRead = false;
  #builtinIsDue = false;
  #table: SchemaTable;
  /** Kinds of which the document's paths tell whether they stand in namespaces. */
  #namespaced: ReadonlyMap<string, boolean> = new Map();

  /** `extends` reads the built-in schema in any case. */
  constructor(openApi: 'replaces' | 'extends' = 'replaces') {
    this.#table = openApi === 'extends' ? builtinTable : kustomizationTable;
  }

  /** Whether a kustomization has named a schema. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Takes over a document, or the built-in schema, which is read again when it is needed. */
  set(custom: (() => JsonObject) | undefined): void {
    this.#isSet = true;
    this.#custom = custom;
    this.#isRead = false;
  }

  /** Is told of the kinds of resources that are read. */
  meet(resources: readonly { readonly apiVersion: string; readonly kind: string }[]): void {
    if (this.#isRead) return;
    if (resources.every(({ apiVersion, kind }) => hasKnownScope(apiVersion, kind))) return;
    if (this.#custom === undefined) this.#builtinIsDue = true;
    else this.#read();
  }

  /** What merges go by. Throws RENDER_INVALID for a schema that cannot be read. */
  get table(): SchemaTable {
    if (!this.#isRead) this.#read();
    return this.#table;
  }

  isClusterScoped(apiVersion: string, kind: string): boolean {
    if (this.#custom !== undefined && !this.#isRead && !hasKnownScope(apiVersion, kind)) this.#read();
    // What is known without a schema no schema changes.
    const isTold = this.#namespaced.size > 0 && !hasKnownScope(apiVersion, kind);
    const isNamespaced = isTold ? this.#namespaced.get(`${apiVersion}/${kind}`) : undefined;
    return isNamespaced === undefined ? builtinScopes.isClusterScoped(apiVersion, kind) : !isNamespaced;
  }

  #read(): void {
    this.#isRead = true;
    if (this.#custom === undefined) this.#table = withBuiltin(this.#table);
    else {
      const document = this.#custom();
      this.#table = extendTable(document, this.#table);
      this.#namespaced = namespacedKinds(document, this.#namespaced);
    }
    if (this.#builtinIsDue) this.#table = withBuiltin(this.#table);
    this.#builtinIsDue = false;
  }
}

function withBuiltin(table: SchemaTable): SchemaTable {
  if (table === kustomizationTable) return builtinTable;
  return { ...table, types: { ...table.types, ...builtinTable.types } };
}

/**
 * What the paths of a document tell: a kind that is got below `namespaces/{namespace}` stands in one, whatever other
 * paths there are; one that is only got elsewhere does not, where nothing else is known.
 */
function namespacedKinds(document: JsonObject, before: ReadonlyMap<string, boolean>): ReadonlyMap<string, boolean> {
  const paths = getKey(document, 'paths');
  const kinds = new Map(before);
  if (!isJsonObject(paths)) return kinds;
  for (const [path, item] of Object.entries(paths)) {
    const type = path.startsWith('/') ? typeOf(getPath(item, 'get', 'x-kubernetes-group-version-kind')) : undefined;
    if (type === undefined) continue;
    if (path.includes('namespaces/{namespace}')) kinds.set(type, true);
    else if (!kinds.has(type)) kinds.set(type, false);
  }
  return kinds;
}

/** A kind as tables have it; undefined where it is none. Throws RENDER_INVALID for one without its parts. */
function typeOf(gvk: JsonValue | undefined): string | undefined {
  if (!isJsonObject(gvk)) return undefined;
  const [group, version, kind] = ['group', 'version', 'kind'].map((key) => getKey(gvk, key));
  if (typeof version !== 'string' || typeof kind !== 'string')
    throw invalid('invalid schema file: an x-kubernetes-group-version-kind has no version or no kind');
  return `${typeof group === 'string' && group !== '' ? `${group}/` : ''}${version}/${kind}`;
}

/** A table with the types of a document; where both have one, the document's counts. */
export function extendTable(document: JsonObject, base: SchemaTable = builtinTable): SchemaTable {
  const definitions = getKey(document, 'definitions');
  const reader = new DefinitionReader(isJsonObject(definitions) ? definitions : {}, base);
  return reader.table();
}

class DefinitionReader {
  private readonly definitions: JsonObject;
  private readonly base: SchemaTable;
  private readonly fields: Record<string, SchemaField>[];
  private readonly indexes = new Map<JsonObject, number>();

  constructor(definitions: JsonObject, base: SchemaTable) {
    this.definitions = definitions;
    this.base = base;
    this.fields = base.definitions.map((known) => ({ ...known }));
  }

  table(): SchemaTable {
    const types: Record<string, number> = { ...this.base.types };
    for (const name of Object.keys(this.definitions)) {
      const schema = this.resolve(getKey(this.definitions, name));
      const kinds = getKey(schema, 'x-kubernetes-group-version-kind');
      if (!Array.isArray(kinds)) continue;
      for (const kind of kinds as readonly JsonValue[]) {
        const type = typeOf(kind);
        if (type !== undefined) types[type] = this.indexOf(schema);
      }
    }
    return { types, definitions: this.fields, names: builtinTable.names, clusterScoped: builtinTable.clusterScoped };
  }

  /** References are followed as far as there are definitions; a circle of them is no schema. */
  private resolve(value: JsonValue | undefined): JsonObject {
    let at = value;
    for (let steps = 0; steps <= Object.keys(this.definitions).length; steps++) {
      if (!isJsonObject(at)) return {};
      const ref = getKey(at, '$ref');
      if (typeof ref !== 'string') return at;
      at = getKey(this.definitions, ref.replace('#/definitions/', ''));
    }
    return {};
  }

  private indexOf(schema: JsonObject): number {
    const known = this.indexes.get(schema);
    if (known !== undefined) return known;
    const properties = getKey(schema, 'properties');
    if (!isJsonObject(properties)) return 0;
    const fields: Record<string, SchemaField> = {};
    const index = this.fields.push(fields) - 1;
    this.indexes.set(schema, index);
    for (const key of Object.keys(properties)) fields[key] = this.fieldOf(this.resolve(getKey(properties, key)));
    return index;
  }

  private fieldOf(schema: JsonObject): SchemaField {
    const items = getKey(schema, 'items');
    const more = getKey(schema, 'additionalProperties');
    const below = items !== undefined ? this.resolve(items) : isJsonObject(more) ? this.resolve(more) : schema;
    const index = this.indexOf(below);
    const strategy = getKey(schema, 'x-kubernetes-patch-strategy');
    if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return [index];
    const keys = getKey(schema, 'x-kubernetes-list-map-keys');
    const key = getKey(schema, 'x-kubernetes-patch-merge-key');
    if (Array.isArray(keys)) return [index, (keys as readonly JsonValue[]).filter((item) => typeof item === 'string')];
    return [index, typeof key === 'string' ? [key] : []];
  }
}
