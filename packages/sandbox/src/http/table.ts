import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { metaText } from '../registry/metadata.ts';
import type { Resource, TableColumn, TableShape } from '../registry/resource.ts';
import { metadataOnly } from './encode.ts';

/** What of each object a Table's rows carry. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

const NAME: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object.',
  priority: 0,
};
const CREATED: TableColumn = {
  name: 'Created At',
  type: 'date',
  format: '',
  description: 'When the server first stored the object.',
  priority: 0,
};

const PLAIN: TableShape = {
  columns: [NAME, CREATED],
  cells: (object) => [metaText(object, 'name'), metaText(object, 'creationTimestamp')],
};

/** How a resource is shown when nothing particular is known of it. */
export function tableShape(resource: Resource): TableShape {
  return resource.table() ?? PLAIN;
}

/** The Table's column definitions. */
export function columnDefinitions(shape: TableShape): JsonValue {
  return shape.columns.map((column) => ({ ...column }));
}

/** One row. */
export function tableRow(shape: TableShape, object: KubernetesObject, include: IncludeObject, now: Date): JsonObject {
  const row = { cells: shape.cells(object, now) };
  if (include === 'None') return { ...row, object: null };
  return { ...row, object: include === 'Object' ? object : metadataOnly(object) };
}

/** A whole Table. */
export function table(definitions: JsonValue, rows: readonly JsonValue[], metadata: JsonObject): JsonObject {
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: definitions, rows };
}
