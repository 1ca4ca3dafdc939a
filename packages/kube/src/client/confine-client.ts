import { CapstanError } from '@capstan/errors';
import type { GroupVersionKind } from '@capstan/object';
import type { KubeClient, ListOptions, ObjectPage, WatchEvent, WatchOptions } from './kube-client.ts';

/** What of a cluster may be seen: some namespaces, and what has none where that is said. */
export interface ClusterScope {
  readonly namespaces: readonly string[];
  readonly clusterResources: boolean;
}

/**
 * A client that lists and watches a kind namespace by namespace, with rights in these alone. Kinds without a namespace
 * are empty unless the scope has them. Reads and writes of single objects are the server's to allow.
 */
export function confineClient(client: KubeClient, scope: ClusterScope): KubeClient {
  const isNamespaced = async (kind: GroupVersionKind, options: { readonly signal?: AbortSignal }): Promise<boolean> =>
    (await client.discovery.resourceFor(kind, options)).namespaced;
  return {
    ...client,
    list: (kind, options = {}) => {
      if (options.namespace !== undefined) return client.list(kind, options);
      return listEach(client, scope, kind, options, isNamespaced);
    },
    listAll: async (kind, options = {}) => {
      if (options.namespace !== undefined) return client.listAll(kind, options);
      const items = [];
      let resourceVersion = '';
      for await (const page of listEach(client, scope, kind, options, isNamespaced)) {
        items.push(...page.items);
        resourceVersion = page.resourceVersion;
      }
      return { items, resourceVersion };
    },
    watch: (kind, options = {}) => {
      if (options.namespace !== undefined) return client.watch(kind, options);
      return watchEach(client, scope, kind, options, isNamespaced);
    },
  };
}

type Ask = (kind: GroupVersionKind, options: { readonly signal?: AbortSignal }) => Promise<boolean>;

/** The version of each page is that of the oldest list: a watch from there misses nothing of the others. */
async function* listEach(
  client: KubeClient,
  scope: ClusterScope,
  kind: GroupVersionKind,
  options: ListOptions,
  isNamespaced: Ask,
): AsyncGenerator<ObjectPage> {
  if (!(await isNamespaced(kind, options))) {
    if (scope.clusterResources) yield* client.list(kind, options);
    else yield { items: [], resourceVersion: '0', restarted: false };
    return;
  }
  let oldest = '';
  for (const namespace of scope.namespaces) {
    const { items, resourceVersion } = await client.listAll(kind, { ...options, namespace });
    if (oldest === '') oldest = resourceVersion;
    yield { items, resourceVersion: oldest, restarted: false };
  }
}

/**
 * Watches every namespace at once. When one of the watches ends, all do, and KUBE_GONE asks for a new list: each had
 * come to another version, and there is none from which all could go on.
 */
async function* watchEach(
  client: KubeClient,
  scope: ClusterScope,
  kind: GroupVersionKind,
  options: WatchOptions,
  isNamespaced: Ask,
): AsyncGenerator<WatchEvent> {
  if (!(await isNamespaced(kind, options))) {
    if (scope.clusterResources) yield* client.watch(kind, options);
    else {
      options.onOpen?.();
      await ended(options.signal);
    }
    return;
  }
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  let opened = 0;
  const onOpen = (): void => {
    if (++opened === scope.namespaces.length) options.onOpen?.();
  };
  const merged = new Merged();
  const running = scope.namespaces.map((namespace) =>
    merged.add(client.watch(kind, { ...options, namespace, signal, onOpen })),
  );
  try {
    yield* merged.events();
    throw new CapstanError('KUBE_GONE', `${kind.kind}: a watch of one of its namespaces has ended`);
  } finally {
    stop.abort(new Error('another namespace’s watch has ended'));
    merged.close();
    await Promise.all(running);
  }
}

/** Events that wait to be taken, of all namespaces. */
const MAX_WAITING = 1_000;

/** Events of several streams as they come, until the first of them ends or fails. */
class Merged {
  readonly #waiting: WatchEvent[] = [];
  #outcome: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;
  #room: (() => void)[] = [];

  async add(stream: AsyncIterable<WatchEvent>): Promise<void> {
    try {
      for await (const event of stream) {
        if (this.#outcome !== undefined) return;
        // Each stream waits for its event to be taken, so that at most one of each is held.
        this.#waiting.push(event);
        this.#wake();
        if (this.#waiting.length >= MAX_WAITING) await new Promise<void>((resolve) => this.#room.push(resolve));
      }
      this.#outcome ??= {};
    } catch (error) {
      this.#outcome ??= { error };
    }
    this.#wake();
  }

  /** Nobody takes any more: those who wait for room go on to their end. */
  close(): void {
    this.#outcome ??= {};
    for (const resolve of this.#room.splice(0)) resolve();
  }

  async *events(): AsyncGenerator<WatchEvent> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event !== undefined) {
        for (const resolve of this.#room.splice(0)) resolve();
        yield event;
        continue;
      }
      if (this.#outcome !== undefined) {
        if ('error' in this.#outcome) throw this.#outcome.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function ended(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal === undefined) return;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
