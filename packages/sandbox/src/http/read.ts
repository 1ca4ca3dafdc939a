import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { formatJson } from '../json.ts';
import { notFound } from '../registry/api-status-error.ts';
import { findStored } from '../registry/cluster.ts';
import { metaText } from '../registry/metadata.ts';
import { listPage, type ListPage, type ListRequest } from '../registry/lists.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import type { Stored } from '../store/collection.ts';
import type { Shape } from './accept.ts';
import { encodeItem, encodeStored, metadataOnly } from './encode.ts';
import { sendJson, sendText, type Exchange } from './exchange.ts';
import { columnDefinitions, table, tableRow, tableShape, type IncludeObject } from './table.ts';

/** So many objects are encoded before other work gets its turn. */
const YIELD_EVERY = 200;

/** GET of one object. */
export async function getOne(
  exchange: Exchange,
  resource: Resource,
  namespace: string,
  name: string,
  shape: Shape,
): Promise<void> {
  const { cluster } = exchange.server;
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined) throw notFound(resource, name);
  if (shape.as === 'object') {
    await sendText(exchange, 200, `${encodeStored(resource, stored)}\n`, 'application/json');
    return;
  }
  await sendObject(exchange, 200, resource, resource.fromStorage(stored.object), shape);
}

/** Sends one object in the wanted form. */
export async function sendObject(
  exchange: Exchange,
  status: number,
  resource: Resource,
  object: KubernetesObject,
  shape: Shape,
  warnings: readonly string[] = [],
): Promise<void> {
  const stored = shape.as === 'object' ? storedAs(exchange, resource, object) : undefined;
  if (stored === undefined) await sendJson(exchange, status, shapeObject(exchange, resource, object, shape), warnings);
  else await sendText(exchange, status, `${encodeStored(resource, stored)}\n`, 'application/json', warnings);
}

/** What the store has of the very object that is to be sent: its JSON was made when it was written. */
function storedAs(exchange: Exchange, resource: Resource, object: KubernetesObject): Stored | undefined {
  const { cluster } = exchange.server;
  const stored = findStored(cluster, resource, metaText(object, 'namespace'), metaText(object, 'name'));
  return stored?.object === object ? stored : undefined;
}

function shapeObject(exchange: Exchange, resource: Resource, object: KubernetesObject, shape: Shape): JsonValue {
  if (shape.as === 'metadata') return metadataOnly(object);
  if (shape.as !== 'table') return object;
  const columns = tableShape(resource);
  const row = tableRow(columns, object, includeObject(exchange), exchange.server.cluster.clock.now());
  return table(columnDefinitions(columns), [row], { resourceVersion: object.metadata['resourceVersion'] ?? '' });
}

/** What a Table's rows shall carry, by the query. */
export function includeObject(exchange: Exchange): IncludeObject {
  const wanted = exchange.query.get('includeObject');
  return wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
}

/** The list parameters of a request. */
export function listRequest(query: URLSearchParams, namespace: string | undefined): ListRequest {
  const text = (key: string): string | undefined => query.get(key) ?? undefined;
  const limit = text('limit');
  return withoutUndefined({
    namespace,
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
    limit: limit === undefined ? undefined : Number(limit),
    continue: text('continue'),
    resourceVersion: text('resourceVersion'),
    resourceVersionMatch: text('resourceVersionMatch'),
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}

/** GET of a list. */
export async function getList(
  exchange: Exchange,
  resource: Resource,
  namespace: string | undefined,
  shape: Shape,
): Promise<void> {
  const page = listPage(exchange.server.cluster, resource, listRequest(exchange.query, namespace));
  const metadata = listMetadata(page, resource.custom && shape.as === 'object');
  if (shape.as === 'table') {
    await sendTable(exchange, resource, page, metadata);
    return;
  }
  const metadataList = shape.as === 'metadata';
  const head: JsonObject = metadataList
    ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata }
    : { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata };
  const parts: string[] = [];
  for (const [index, stored] of page.items.entries()) {
    if (index % YIELD_EVERY === YIELD_EVERY - 1) await turn();
    parts.push(
      metadataList ? formatJson(metadataOnly(resource.fromStorage(stored.object))) : encodeItem(resource, stored),
    );
  }
  const text = `${formatJson(head).slice(0, -1)},"items":[${parts.join(',')}]}\n`;
  await sendText(exchange, 200, text, 'application/json');
}

async function sendTable(exchange: Exchange, resource: Resource, page: ListPage, metadata: JsonObject): Promise<void> {
  const shape = tableShape(resource);
  const include = includeObject(exchange);
  const now = exchange.server.cluster.clock.now();
  const rows: JsonValue[] = [];
  for (const [index, stored] of page.items.entries()) {
    if (index % YIELD_EVERY === YIELD_EVERY - 1) await turn();
    rows.push(tableRow(shape, resource.fromStorage(stored.object), include, now));
  }
  await sendJson(exchange, 200, table(columnDefinitions(shape), rows, metadata));
}

/** Lists of custom resources always say whether they go on. */
function listMetadata(page: ListPage, always: boolean): JsonObject {
  return {
    ...(always ? { continue: '' } : {}),
    resourceVersion: page.resourceVersion,
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  };
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
