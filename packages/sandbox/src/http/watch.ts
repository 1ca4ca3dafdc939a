import type { JsonObject, KubernetesObject } from '@capstan/object';
import { formatJson } from '../json.ts';
import { ApiStatusError } from '../registry/api-status-error.ts';
import { withMeta } from '../registry/metadata.ts';
import { matcherOf, optionForbidden, parseRevision } from '../registry/lists.ts';
import { apiVersionOf, type Resource } from '../registry/resource.ts';
import type { Matcher } from '../registry/selectors.ts';
import type { Batch, Change, Stored } from '../store/collection.ts';
import type { Shape } from './accept.ts';
import { encodeStored, metadataOnly } from './encode.ts';
import type { Exchange } from './exchange.ts';
import { includeObject, listRequest } from './read.ts';
import { columnDefinitions, table, tableRow, tableShape } from './table.ts';

/** Bytes that may wait for a watcher that does not read; beyond it, the watch is closed. */
const BUFFER_LIMIT = 8 * 1024 * 1024;

/** A watch without a timeout of its own ends after this. */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** How often a bookmark is sent to those who ask for them. */
const BOOKMARK_INTERVAL_MS = 30_000;

/** A watch stream: starts after a revision (or with the present state) and follows until its end. */
export function watch(exchange: Exchange, resource: Resource, namespace: string | undefined, shape: Shape): void {
  const { query, server, response } = exchange;
  refuseWatchList(query);
  const request = listRequest(query, namespace);
  const matches = matcherOf(resource, request);
  const prefix = resource.namespaced && namespace !== undefined ? `${namespace}/` : '';
  const stream = new WatchStream(exchange, resource, matches, prefix, shape);
  const { store } = server.cluster;
  const start = query.get('resourceVersion') ?? '';
  const after = start === '' || start === '0' ? undefined : parseRevision(start);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  const collection = store.collection(resource.collection);
  const missed = after === undefined ? [] : collection.changesAfter(after);
  if (missed === undefined) {
    const status = new ApiStatusError(410, 'Expired', `too old resource version: ${after} (${collection.historyFrom})`);
    stream.end({ type: 'ERROR', object: status.toStatus() });
    return;
  }
  const published = after === undefined ? store.revision : store.published;
  if (after === undefined) {
    for (const stored of collection.list(resource.namespaced ? namespace : undefined)) stream.initial(stored);
  }
  for (const change of missed) if (change.revision <= published) stream.change(change);
  const from = Math.max(published, after ?? 0);
  stream.follow(
    store.subscribe(resource.collection, (batch) => {
      if ((batch.changes[0]?.revision ?? 0) > from) stream.batch(batch);
      else for (const change of batch.changes) if (change.revision > from) stream.change(change);
    }),
  );
}

/** A server without WatchList says so; clients then list. Silence would leave them waiting for a bookmark. */
function refuseWatchList(query: URLSearchParams): void {
  if (query.get('sendInitialEvents') === null) {
    if (query.get('resourceVersionMatch') !== null) {
      throw optionForbidden(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
    }
    return;
  }
  throw optionForbidden(
    'sendInitialEvents',
    'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
  );
}

class WatchStream {
  readonly #exchange: Exchange;
  readonly #resource: Resource;
  readonly #matches: Matcher | undefined;
  readonly #prefix: string;
  readonly #shape: Shape;
  readonly #cacheKey: string | undefined;
  #sentColumns = false;
  #cancel: (() => void) | undefined;
  #timers: NodeJS.Timeout[] = [];
  #ended = false;

  constructor(exchange: Exchange, resource: Resource, matches: Matcher | undefined, prefix: string, shape: Shape) {
    this.#exchange = exchange;
    this.#resource = resource;
    this.#matches = matches;
    this.#prefix = prefix;
    this.#shape = shape;
    const isShared = shape.as !== 'table' && matches === undefined;
    this.#cacheKey = isShared ? `${shape.as} ${apiVersionOf(resource)} ${prefix}` : undefined;
  }

  /** Keeps the stream open until the client, the timeout or the server ends it. */
  follow(cancel: () => void): void {
    const { query, response, server } = this.#exchange;
    this.#cancel = cancel;
    const wanted = Number(query.get('timeoutSeconds') ?? '0');
    const seconds = Number.isFinite(wanted) && wanted > 0 ? wanted : DEFAULT_TIMEOUT_SECONDS;
    const stop = server.onShutdown(() => this.end());
    response.on('close', () => {
      stop();
      this.#release();
    });
    this.#timers.push(setTimeout(() => this.end(), Math.min(seconds, 2 ** 31 / 1000 - 1) * 1000));
    if (query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1') {
      this.#timers.push(setInterval(() => this.#bookmark(), BOOKMARK_INTERVAL_MS));
    }
    for (const timer of this.#timers) timer.unref();
  }

  /** An object that is there at the start. */
  initial(stored: Stored): void {
    if (this.#matches !== undefined && !this.#matches(this.#resource.fromStorage(stored.object))) return;
    this.#write(this.#line('ADDED', stored));
  }

  /** Changes as they became durable: streams that show the same share one text of it. */
  batch(batch: Batch): void {
    if (this.#ended) return;
    let bytes = this.#cacheKey === undefined ? undefined : batch.encoded.get(this.#cacheKey);
    if (bytes === undefined) {
      bytes = Buffer.from(batch.changes.map((change) => this.#event(change)).join(''));
      if (this.#cacheKey !== undefined) batch.encoded.set(this.#cacheKey, bytes);
    }
    if (bytes.length > 0) this.#write(bytes);
  }

  /** One change. */
  change(change: Change): void {
    if (this.#ended) return;
    const line = this.#event(change);
    if (line !== '') this.#write(line);
  }

  /** What a change means to this watch depends on whether its selection held before and after; '' for nothing. */
  #event(change: Change): string {
    const { current, previous } = change;
    if (!current.key.startsWith(this.#prefix)) return '';
    const matches = this.#matches;
    if (matches === undefined) return this.#line(change.type, current);
    const before = previous !== undefined && matches(this.#resource.fromStorage(previous.object));
    const now = change.type !== 'DELETED' && matches(this.#resource.fromStorage(current.object));
    if (now) return this.#line(before ? 'MODIFIED' : 'ADDED', current);
    return before ? this.#line('DELETED', change.type === 'DELETED' ? current : renumbered(previous, current)) : '';
  }

  /** Ends the stream, with a last event when given. */
  end(last?: JsonObject): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#release();
    this.#exchange.response.end(last === undefined ? undefined : `${formatJson(last)}\n`);
  }

  #line(type: string, stored: Stored): string {
    return `{"type":"${type}","object":${this.#encode(stored)}}\n`;
  }

  #encode(stored: Stored): string {
    switch (this.#shape.as) {
      case 'metadata':
        return formatJson(metadataOnly(this.#resource.fromStorage(stored.object)));
      case 'table': {
        const shape = tableShape(this.#resource);
        const object = this.#resource.fromStorage(stored.object);
        const row = tableRow(shape, object, includeObject(this.#exchange), this.#exchange.server.cluster.clock.now());
        const definitions = this.#sentColumns ? null : columnDefinitions(shape);
        this.#sentColumns = true;
        return formatJson(table(definitions, [row], { resourceVersion: String(stored.revision) }));
      }
      case 'object':
      case 'discovery':
        return encodeStored(this.#resource, stored);
    }
  }

  #bookmark(): void {
    const { published } = this.#exchange.server.cluster.store;
    const { kind } = this.#resource;
    const isMetadata = this.#shape.as === 'metadata';
    const object: KubernetesObject = {
      kind: isMetadata ? 'PartialObjectMetadata' : kind,
      apiVersion: isMetadata ? 'meta.k8s.io/v1' : apiVersionOf(this.#resource),
      metadata: { resourceVersion: String(published) },
    };
    this.#write(`${formatJson({ type: 'BOOKMARK', object })}\n`);
  }

  #write(line: string | Buffer): void {
    if (this.#ended) return;
    const { response } = this.#exchange;
    if (response.destroyed || response.writableLength > BUFFER_LIMIT) {
      this.#ended = true;
      this.#release();
      response.destroy();
      return;
    }
    response.write(line);
  }

  #release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}

/** The state before, under the revision by which it left the selection. */
function renumbered(previous: Stored, current: Stored): Stored {
  const object = withMeta(previous.object, { resourceVersion: String(current.revision) });
  return { key: previous.key, revision: current.revision, object, encoded: new Map() };
}
