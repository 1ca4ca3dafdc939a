import { schemaTable } from './generated/schema-table.ts';

/** A field of a definition: the definition below it (0: nothing merges there), and the merge keys if it is a merging list. */
export type SchemaField = readonly [definition: number, keys?: readonly string[]];

/** What strategic merge needs to know of an OpenAPI document, made by `scripts/render-schema.ts`. */
export interface SchemaTable {
  readonly types: Readonly<Record<string, number>>;
  readonly definitions: readonly Readonly<Record<string, SchemaField>>[];
  /** Names of the definitions, without the first, which is the one of everything else. */
  readonly names: readonly string[];
  readonly clusterScoped: readonly string[];
}

/** A place in the schema. `keys` stands on a list that merges by these keys (none: by its plain values). */
export interface Schema {
  readonly table: SchemaTable;
  readonly definition: number;
  readonly keys?: readonly string[];
}

/** Which kinds stand outside of namespaces, as far as that is known. */
export interface Scopes {
  isClusterScoped(apiVersion: string, kind: string): boolean;
}

/** By apiVersion: it is asked with every id, and so without making a text. */
const clusterScoped = new Map<string, Set<string>>();
for (const type of schemaTable.clusterScoped) {
  const slash = type.lastIndexOf('/');
  const kinds = clusterScoped.get(type.slice(0, slash)) ?? new Set();
  clusterScoped.set(type.slice(0, slash), kinds.add(type.slice(slash + 1)));
}

/** What is known without a schema. */
export const builtinScopes: Scopes = {
  isClusterScoped: (apiVersion, kind) => clusterScoped.get(apiVersion)?.has(kind) === true,
};

/** The schema of a built-in kind; undefined where it is not known or nothing in it merges. */
export function schemaOf(table: SchemaTable, apiVersion: string, kind: string): Schema | undefined {
  const type = `${apiVersion}/${kind}`;
  const definition = Object.hasOwn(table.types, type) ? table.types[type] : undefined;
  return definition === undefined ? undefined : { table, definition };
}

/** The schema of a field. Below a known definition everything is known. */
export function schemaField(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  const { table } = schema;
  const fields = table.definitions[schema.definition] ?? {};
  const found = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (found === undefined) return { table, definition: 0 };
  return found[1] === undefined ? { table, definition: found[0] } : { table, definition: found[0], keys: found[1] };
}

/** The schema of a list's elements. */
export function schemaElements(schema: Schema | undefined): Schema | undefined {
  return schema === undefined ? undefined : { table: schema.table, definition: schema.definition };
}

/** Kustomize knows the schema of its own kind as well: generators merge by name, nothing below them. */
const GENERATORS: SchemaField = [0, ['name']];

/** The table of the built-in kinds. */
export const builtinTable: SchemaTable = {
  ...schemaTable,
  types: { ...schemaTable.types, 'kustomize.config.k8s.io/v1beta1/Kustomization': schemaTable.definitions.length },
  definitions: [...schemaTable.definitions, { configMapGenerator: GENERATORS, secretGenerator: GENERATORS }],
};

/** The table of kustomize's own kind alone; definitions and names are those of the built-in kinds, so that both fit. */
export const kustomizationTable: SchemaTable = {
  ...builtinTable,
  types: { 'kustomize.config.k8s.io/v1beta1/Kustomization': schemaTable.definitions.length },
};
