import { isCapstanError } from '@capstan/errors';
import { getKey, isJsonObject, parseJson, type JsonObject, type JsonValue } from '@capstan/object';
import { parseNodes, type YamlNode } from '@capstan/yaml';
import type { Schema, SchemaTable } from './schema.ts';
import { field, isMapping, noteSchema, notedSchema, type Mapping, type Value } from './value.ts';

/** What a text must hold before it is worth reading its comments: one that starts like a JSON object. */
const MAY_HOLD_SCHEMA = /#[ \t]*\{/;

/**
 * Takes over the schemas that a document's comments give to its fields, as kustomize reads them from a resource and from
 * a patch: `containers: # {"items": …, "x-kubernetes-patch-strategy": "merge"}`. Comments that are no JSON mean nothing.
 */
export function noteSchemas(text: string, object: Mapping): void {
  if (!MAY_HOLD_SCHEMA.test(text)) return;
  const [document] = parseNodes(text, { documents: 'first' });
  const root = document?.kind === 'document' ? document.content[0] : document;
  if (root !== undefined) noteBelow(root, object);
}

function noteBelow(node: YamlNode, value: Value | undefined): void {
  if (node.kind === 'sequence' && Array.isArray(value)) {
    node.content.forEach((item, index) => noteBelow(item, value[index]));
  } else if (node.kind === 'mapping' && isMapping(value)) {
    for (let at = 0; at + 1 < node.content.length; at += 2) {
      const key = node.content[at];
      const item = node.content[at + 1];
      if (key === undefined || item === undefined) continue;
      const schema = schemaIn(item) ?? schemaIn(key);
      if (schema !== undefined) noteSchema(value, key.value, schema);
      noteBelow(item, field(value, key.value));
    }
  }
}

/** Of a line's own comment and the one above, the first that is there counts. */
function schemaIn({ lineComment, headComment }: YamlNode): JsonObject | undefined {
  const comment = (lineComment === '' ? headComment : lineComment).replace(/^#+/, '').trim();
  if (!comment.startsWith('{')) return undefined;
  let read: JsonValue;
  try {
    read = parseJson(comment);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return undefined;
  }
  return isJsonObject(read) && Object.keys(read).length > 0 ? read : undefined;
}

/** The schema that a comment gives to a field of the first of these mappings that has one. */
export function commentedSchema(
  table: SchemaTable,
  key: string,
  ...mappings: readonly (Mapping | undefined)[]
): Schema | undefined {
  for (const mapping of mappings) {
    const schema = mapping === undefined ? undefined : notedSchema(mapping, key);
    if (schema !== undefined) return readSchema(table, schema);
  }
  return undefined;
}

/** A definition by its name is taken from the table; what stands in the comment itself is read as far as merging goes. */
function readSchema(table: SchemaTable, schema: JsonObject): Schema {
  const named = getKey(schema, '$ref');
  if (named !== undefined) return { table, definition: definitionOf(table, named) };
  const items = getKey(schema, 'items');
  const definition = isJsonObject(items) ? definitionOf(table, getKey(items, '$ref')) : 0;
  const strategy = getKey(schema, 'x-kubernetes-patch-strategy');
  if (typeof strategy !== 'string' || !strategy.split(',').includes('merge')) return { table, definition };
  const several = getKey(schema, 'x-kubernetes-list-map-keys');
  const key = getKey(schema, 'x-kubernetes-patch-merge-key');
  const keys = Array.isArray(several) ? (several as readonly JsonValue[]) : [key];
  return { table, definition, keys: keys.filter((name) => typeof name === 'string') };
}

function definitionOf(table: SchemaTable, ref: JsonValue | undefined): number {
  if (typeof ref !== 'string') return 0;
  // Names are counted from the second definition on: the first is that of everything in which nothing merges.
  return table.names.indexOf(ref.replace('#/definitions/', '')) + 1;
}
