// Makes packages/render/src/kustomize/generated/schema-table.ts from an OpenAPI document (JSON, with `definitions`, and
// either a `resources` list as kustomize's bundle has it, or `paths` as an API server has it). Run it with the path of
// the document, then prettier. Only what strategic merge patches need is kept: which lists merge, and by which keys.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const property = z.looseObject({
  $ref: z.string().optional(),
  items: z.looseObject({ $ref: z.string().optional() }).optional(),
  additionalProperties: z.union([z.boolean(), z.looseObject({ $ref: z.string().optional() })]).optional(),
  'x-kubernetes-patch-strategy': z.string().optional(),
  'x-kubernetes-patch-merge-key': z.string().optional(),
  'x-kubernetes-list-map-keys': z.array(z.string()).optional(),
});
const document = z.looseObject({
  definitions: z.record(z.string(), z.looseObject({ properties: z.record(z.string(), property).optional() })),
  resources: z.array(
    z.looseObject({
      apiVersion: z.string(),
      kind: z.string(),
      definition: z.string().optional(),
      scope: z.string().optional(),
    }),
  ),
});

type Field = readonly [definition: number, keys?: readonly string[]];

const source = process.argv[2];
if (source === undefined) throw new Error('usage: render-schema.ts DOCUMENT');
const { definitions, resources } = document.parse(JSON.parse(readFileSync(source, 'utf8')));
const refOf = (ref: string | undefined): string | undefined => ref?.replace('#/definitions/', '');

function merges(field: z.infer<typeof property>): boolean {
  return (field['x-kubernetes-patch-strategy'] ?? '').split(',').includes('merge');
}

function below(field: z.infer<typeof property>): string | undefined {
  const more = field.additionalProperties;
  return refOf(field.$ref ?? field.items?.$ref ?? (typeof more === 'object' ? more.$ref : undefined));
}

const useful = new Set<string>();
for (let grown = true; grown;) {
  grown = false;
  for (const [name, { properties = {} }] of Object.entries(definitions)) {
    if (useful.has(name)) continue;
    const hit = Object.values(properties).some((field) => merges(field) || useful.has(below(field) ?? ''));
    if (hit) useful.add(name);
    grown ||= hit;
  }
}

const order = [...useful].sort();
const indexOf = new Map(order.map((name, index) => [name, index + 1]));
const table: Record<string, Field>[] = [{}];
for (const name of order) {
  const fields: Record<string, Field> = {};
  for (const [key, field] of Object.entries(definitions[name]?.properties ?? {})) {
    const index = indexOf.get(below(field) ?? '') ?? 0;
    if (merges(field)) {
      const key1 = field['x-kubernetes-patch-merge-key'];
      fields[key] = [index, field['x-kubernetes-list-map-keys'] ?? (key1 === undefined ? [] : [key1])];
    } else if (index !== 0) fields[key] = [index];
  }
  table.push(fields);
}

const types: Record<string, number> = {};
const clusterScoped: string[] = [];
for (const { apiVersion, kind, definition, scope } of resources) {
  const index = indexOf.get(definition ?? '');
  if (index !== undefined) types[`${apiVersion}/${kind}`] = index;
  if (scope === 'Cluster') clusterScoped.push(`${apiVersion}/${kind}`);
}

const text = `// Made by scripts/render-schema.ts from the OpenAPI document of Kubernetes 1.21.2, which kustomize 5.8.1 holds.
import type { SchemaTable } from '../schema.ts';

/** Which lists of the built-in kinds merge, and by which keys; and which kinds are cluster-scoped. */
export const schemaTable: SchemaTable = ${JSON.stringify({ types, definitions: table, names: order, clusterScoped: clusterScoped.sort() })};
`;
writeFileSync(new URL('../packages/render/src/kustomize/generated/schema-table.ts', import.meta.url), text);
