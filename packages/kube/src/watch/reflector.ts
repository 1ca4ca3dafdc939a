import { CapstanError, isCapstanError } from '@capstan/errors';
import { getKey, type GroupVersionKind, type KubernetesObject } from '@capstan/object';
import type { KubeClient, SelectOptions, WatchEvent } from '../client/kube-client.ts';
import { sleep, type Clock } from '../clock.ts';
import { backoffDelay } from '../queue/backoff.ts';
import type { BackoffPolicy } from '../queue/work-queue.ts';
import { compareResourceVersions } from './resource-version.ts';

/** Takes what a reflector learns. Calls come one at a time and must not block. */
export interface ReflectorSink {
  /** A list begins, or begins anew: what it has brought so far counts for nothing. */
  begin(): void;
  page(items: readonly KubernetesObject[]): void;
  /** The list is whole: what is in the store and was not in it does not exist any more. */
  complete(resourceVersion: string): void;
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject, resourceVersion: string): void;
  bookmark(resourceVersion: string): void;
  /** The cluster does not serve the kind, by a discovery that did not fail: there are no objects of it. */
  absent(): void;
  /** The connection has been lost, or is there again. */
  state(state: ReflectorState): void;
}

/** Where a reflector stands. */
export type ReflectorState = 'listing' | 'watching' | 'down' | 'absent';

/** What a reflector is made with. */
export interface ReflectorOptions {
  readonly client: KubeClient;
  /** The kind to list and watch, asked for at each list: its preferred version may change. */
  readonly kind: (signal: AbortSignal) => Promise<GroupVersionKind>;
  readonly sink: ReflectorSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly metadataOnly?: boolean;
  /** Which objects of the kind; all of them when absent. */
  readonly scope?: Pick<SelectOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  /** A failure that it gets over by itself, for logs and metrics. */
  readonly onFailure: (error: unknown) => void;
  readonly silenceMs?: number;
}

/** Silence beyond this is a dead connection: a server sends a bookmark about every minute. */
export const SILENCE_MS = 90_000;
/** How long the server is asked to keep a watch: drawn anew each time, so that they do not end together. */
const WATCH_SECONDS = { least: 300, spread: 300 } as const;
const BACKOFF: BackoffPolicy = { baseMs: 250, factor: 2, maxMs: 30_000, jitter: 0.5 };
/** A watch that lived for so long was a good one: the back-off starts anew. */
const GOOD_WATCH_MS = 5_000;
/** A list older than what was seen already comes from a server that lags; after so many it is believed. */
const MAX_STALE_LISTS = 5;
const DENIED_RETRY_MS = 60_000;
/** How long until a kind that is not served is looked for again, unless discovery changes before. */
const ABSENT_RETRY_MS = 300_000;

/**
 * Lists a kind and watches it from there, for as long as the signal lets it: over drops, silence, ERROR events, 410
 * (it lists again, and the store finds out what has changed) and servers that lag. Never throws.
 */
export async function reflect(options: ReflectorOptions): Promise<void> {
  const { sink, signal } = options;
  let from: string | undefined;
  let highest = '';
  let failures = 0;
  let staleLists = 0;
  while (!signal.aborted) {
    try {
      if (from === undefined) {
        sink.state('listing');
        const kind = await options.kind(signal);
        const listed = await list(options, kind, highest, staleLists < MAX_STALE_LISTS);
        if (listed === undefined) {
          staleLists += 1;
          throw new CapstanError('KUBE_SERVER_ERROR', `the list of ${kind.kind} is older than what was seen before`);
        }
        staleLists = 0;
        from = listed;
        highest = listed;
      }
      const kind = await options.kind(signal);
      const startedAt = options.clock.monotonic();
      for await (const version of follow(options, kind, from)) {
        from = version;
        highest = version;
        failures = 0;
      }
      // The server closed it, as it does after a while. One that closes at once is not to be hammered.
      if (options.clock.monotonic() - startedAt > GOOD_WATCH_MS) failures = 0;
      else await pause(options, ++failures);
    } catch (error) {
      if (signal.aborted) return;
      if (isCapstanError(error, 'KUBE_GONE')) {
        // Too old to go on from: list again, soon the first time.
        from = undefined;
        options.onFailure(error);
        if (++failures > 1) await pause(options, failures);
        continue;
      }
      failures += 1;
      options.onFailure(error);
      const absent = isCapstanError(error, 'KUBE_KIND_UNKNOWN') && (await confirmAbsent(options));
      if (absent) {
        from = undefined;
        highest = '';
        failures = 0;
        sink.absent();
        sink.state('absent');
        await discoveryChange(options);
        continue;
      }
      // An object of an event that cannot be read is not skipped: the list tells how things stand.
      if (isCapstanError(error, 'JSON_INVALID', 'OBJECT_INVALID')) from = undefined;
      sink.state('down');
      await pause(options, failures, retryAfter(error));
    }
  }
}

async function list(
  options: ReflectorOptions,
  kind: GroupVersionKind,
  highest: string,
  refuseStale: boolean,
): Promise<string | undefined> {
  let version = '';
  options.sink.begin();
  const pages = options.client.list(kind, {
    signal: options.signal,
    caller: 'watch',
    ...options.scope,
    ...metadataOnly(options),
  });
  for await (const page of pages) {
    if (refuseStale && isOlder(page.resourceVersion, highest)) return undefined;
    if (page.restarted) options.sink.begin();
    options.sink.page(page.items);
    version = page.resourceVersion;
  }
  options.sink.complete(version);
  return version;
}

async function* follow(options: ReflectorOptions, kind: GroupVersionKind, from: string): AsyncGenerator<string> {
  const events: AsyncIterable<WatchEvent> = options.client.watch(kind, {
    signal: options.signal,
    resourceVersion: from,
    bookmarks: true,
    timeoutSeconds: WATCH_SECONDS.least + Math.floor(options.random() * WATCH_SECONDS.spread),
    silenceMs: options.silenceMs ?? SILENCE_MS,
    onOpen: () => options.sink.state('watching'),
    ...options.scope,
    ...metadataOnly(options),
  });
  for await (const { type, object } of events) {
    const version = getKey(object.metadata, 'resourceVersion');
    if (typeof version !== 'string' || version === '') {
      throw new CapstanError('OBJECT_INVALID', `an event of the watch of ${kind.kind} has no resourceVersion`);
    }
    if (type === 'BOOKMARK') options.sink.bookmark(version);
    else options.sink.event(type, object, version);
    yield version;
  }
}

function metadataOnly(options: ReflectorOptions): { readonly metadataOnly?: true } {
  return options.metadataOnly === true ? { metadataOnly: true } : {};
}

function isOlder(version: string, than: string): boolean {
  if (than === '') return false;
  const order = compareResourceVersions(version, than);
  return order !== undefined && order < 0;
}

/** Whether a fresh discovery agrees that the kind is not served, without a failure of its group. */
async function confirmAbsent(options: ReflectorOptions): Promise<boolean> {
  try {
    await options.client.discovery.refresh({ signal: options.signal });
    await options.kind(options.signal);
    return false;
  } catch (error) {
    return isCapstanError(error, 'KUBE_KIND_UNKNOWN');
  }
}

/** Waits until discovery has changed, or for long enough. */
async function discoveryChange(options: ReflectorOptions): Promise<void> {
  const changed = new AbortController();
  const unsubscribe = options.client.discovery.subscribe(() => changed.abort());
  try {
    await sleep(options.clock, ABSENT_RETRY_MS, AbortSignal.any([options.signal, changed.signal])).catch(ignoreAbort);
  } finally {
    unsubscribe();
  }
}

function retryAfter(error: unknown): number {
  // A right that is lacking is not granted by asking for it more often.
  if (isCapstanError(error, 'KUBE_FORBIDDEN', 'KUBE_UNAUTHORIZED')) return DENIED_RETRY_MS;
  const asked = error instanceof CapstanError ? error.data['retryAfterMs'] : undefined;
  return typeof asked === 'number' ? asked : 0;
}

async function pause(options: ReflectorOptions, failures: number, atLeast = 0): Promise<void> {
  const delay = Math.max(atLeast, backoffDelay(BACKOFF, failures, options.random));
  await sleep(options.clock, delay, options.signal).catch(ignoreAbort);
}

function ignoreAbort(): void {
  // Whoever waited looks at the signal next.
}
