import { CapstanError } from '@capstan/errors';
import type { GroupKind, GroupVersionKind, KubernetesObject, ObjectRef } from '@capstan/object';
import type { KubeClient } from '../client/kube-client.ts';
import { systemClock } from '../clock.ts';
import { followDefinitions } from '../discovery/follow-definitions.ts';
import { reflect, type ReflectorState } from '../watch/reflector.ts';
import { byteBudget } from './byte-budget.ts';
import { hotObjects } from './hot-objects.ts';
import { kindStore, type KindStore } from './kind-store.ts';
import { objectIndexes } from './object-indexes.ts';
import { rereader, type Rereader } from './rereader.ts';
import { deepFreeze, entryOf, ownersOf, withoutManagedFields, type StoredObject } from './stored-object.ts';
import type { CacheChange, CacheEntry, KindHold, WatchCache, WatchCacheOptions } from './watch-cache.ts';

const DEFAULT_BUDGET_BYTES = 256 * 1024 * 1024;
/** Room for objects that are in use, not packed; a small part of the budget. */
const HOT_BYTES = 8 * 1024 * 1024;
const HOT_SHARE = 16;
const DEFINITIONS: GroupKind = { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' };
const DEFAULT_LINGER_MS = 30_000;
/** A watch that has been down for longer makes its kind unsynced: what the cache says may be old. */
const STALE_AFTER_MS = 60_000;

interface WatchedKind {
  readonly store: KindStore;
  controller: AbortController;
  done: Promise<void>;
  /** Resolves with the list that is waited for. */
  listing: PromiseWithResolvers<void>;
  holds: number;
  cancelLinger: (() => void) | undefined;
  /** Since when the watch has been down; undefined while it is up. */
  downSince: number | undefined;
  failure: unknown;
}

/** Makes the watch cache of the cluster that `client` talks to, read as the client's identity. */
export function createWatchCache(client: KubeClient, options: WatchCacheOptions): WatchCache {
  const clock = options.clock ?? systemClock();
  const kinds = new Map<string, WatchedKind>();
  const listeners = new Set<(change: CacheChange) => void>();
  const counts = { evicted: 0, rereads: 0, relists: 0, reconnects: 0 };
  const budgetBytes = options.budgetBytes ?? DEFAULT_BUDGET_BYTES;
  const hotLimit = Math.min(HOT_BYTES, budgetBytes / HOT_SHARE);
  const budget = byteBudget<StoredObject>(budgetBytes - hotLimit);
  const hot = hotObjects(hotLimit);
  const indexes = objectIndexes({
    ...options.indexes,
    owner: (object) => ownersOf(object).map(({ uid }) => uid),
  });

  const reader = rereader(client, (ref) => {
    let size = 0;
    for (const { namespace } of kinds.get(kindKey(ref))?.store.all() ?? []) if (namespace === ref.namespace) size += 1;
    return size;
  });
  // What is served changes with CRDs: kinds that appear or go are told to the reflectors through discovery.
  const definitions = new AbortController();
  let following: Promise<void> | undefined;
  const follow = (): Promise<void> =>
    followDefinitions({
      client,
      clock,
      random: options.random ?? Math.random,
      signal: definitions.signal,
      onFailure: (error) => options.onFailure?.(DEFINITIONS, error),
    });

  const emit = (change: CacheChange): void => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        // One listener's mistake must not cost the others their change, nor the kind its watch.
        options.onFailure?.(change.entry.ref, error);
      }
    }
  };

  const start = (kind: GroupKind): WatchedKind => {
    let lists = 0;
    const onState = (state: ReflectorState): void => {
      if (state === 'listing' && lists++ > 0) counts.relists += 1;
      if (state === 'watching' || state === 'absent') {
        watched.downSince = undefined;
        watched.failure = undefined;
      } else {
        watched.downSince ??= clock.monotonic();
      }
      if (state === 'down') counts.reconnects += 1;
    };
    const store = kindStore(kind, {
      options,
      indexes,
      budget,
      hot,
      emit,
      onState,
      onListed: () => watched.listing.resolve(),
      onEvicted: (count) => (counts.evicted += count),
    });
    const watched: WatchedKind = {
      store,
      listing: newListing(),
      controller: new AbortController(),
      done: Promise.resolve(),
      holds: 0,
      cancelLinger: undefined,
      downSince: clock.monotonic(),
      failure: undefined,
    };
    run(kind, watched);
    return watched;
  };

  /** Lists and watches a kind, after what has done so before has ended. */
  const run = (kind: GroupKind, watched: WatchedKind): void => {
    const { controller } = watched;
    controller.signal.addEventListener('abort', () => {
      if (watched.controller !== controller) return;
      watched.listing.reject(
        new CapstanError('KUBE_UNREACHABLE', `${kind.kind}: the cache was told to watch it no longer`),
      );
    });
    watched.done = watched.done.then(() =>
      reflect({
        client,
        kind: (signal) => preferred(client, kind, signal),
        sink: watched.store,
        clock,
        random: options.random ?? Math.random,
        signal: controller.signal,
        onFailure: (error) => {
          watched.failure = error;
          options.onFailure?.(kind, error);
        },
        ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
      }),
    );
  };

  /** Lists a kind anew: those who hold it wait for that. */
  const renew = (watched: WatchedKind): void => {
    const { controller, listing } = watched;
    watched.store.renew();
    watched.listing = newListing();
    watched.controller = new AbortController();
    // Who waits for the old list is served by the new one.
    watched.listing.promise.then(listing.resolve, listing.reject);
    controller.abort(new Error('the kind is listed anew'));
    run(watched.store.kind, watched);
  };

  const stop = async (key: string, watched: WatchedKind): Promise<void> => {
    if (kinds.get(key) === watched) kinds.delete(key);
    watched.cancelLinger?.();
    watched.controller.abort(new Error('the kind is no longer watched'));
    watched.store.drop();
    await watched.done;
  };

  const hold = (kind: GroupKind): KindHold => {
    if (!definitions.signal.aborted) following ??= follow();
    const key = kindKey(kind);
    const watched = kinds.get(key) ?? start(kind);
    kinds.set(key, watched);
    watched.holds += 1;
    watched.cancelLinger?.();
    watched.cancelLinger = undefined;
    let released = false;
    return {
      get synced() {
        return watched.listing.promise;
      },
      release: () => {
        if (released) return;
        released = true;
        watched.holds -= 1;
        if (watched.holds > 0) return;
        watched.cancelLinger = clock.after(options.lingerMs ?? DEFAULT_LINGER_MS, () => void stop(key, watched));
      },
    };
  };

  const storedOf = (ref: ObjectRef): { store: KindStore; stored: StoredObject } | undefined => {
    const store = kinds.get(kindKey(ref))?.store;
    const stored = store?.find(ref.namespace, ref.name);
    return store === undefined || stored === undefined ? undefined : { store, stored };
  };

  const peek = (ref: ObjectRef): KubernetesObject | undefined => {
    const found = storedOf(ref);
    if (found === undefined) return undefined;
    budget.touch(found.stored);
    return found.store.unpack(found.stored);
  };

  // Whoever asks must not cost anything: packing what is in use, to weigh it, would have it unpacked again at once.
  const bytes = (): number => budget.bytes + hot.bytes;

  return {
    hold,
    watched: (kind) => kinds.has(kindKey(kind)),
    synced: (kind) => {
      const watched = kinds.get(kindKey(kind));
      if (watched === undefined || !watched.store.listed) return false;
      return watched.downSince === undefined || clock.monotonic() - watched.downSince < STALE_AFTER_MS;
    },
    failure: (kind) => kinds.get(kindKey(kind))?.failure,
    observed: (kind) => kinds.get(kindKey(kind))?.store.observed,
    entry: (ref) => {
      const found = storedOf(ref);
      return found === undefined ? undefined : entryOf(found.stored);
    },
    peek,
    get: async (ref, { signal } = {}) => {
      const kept = peek(ref);
      if (kept !== undefined) return kept;
      const found = storedOf(ref);
      // A watched kind whose list is in and that holds no such object: there is none.
      if (found === undefined && kinds.get(kindKey(ref))?.store.listed === true) return undefined;
      counts.rereads += 1;
      return reread({ client, reader, options }, ref, found, signal);
    },
    list: (kind, namespace) => {
      const entries: CacheEntry[] = [];
      for (const stored of kinds.get(kindKey(kind))?.store.all() ?? []) {
        if (namespace === undefined || stored.namespace === namespace) entries.push(entryOf(stored));
      }
      return entries;
    },
    reindex: (index, keysOf) => {
      indexes.replace(index, keysOf);
      for (const watched of kinds.values()) renew(watched);
    },
    byIndex: (index, key) => Array.from(indexes.find(index, key), entryOf),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    bytes,
    stats: () => statsOf(kinds.values(), budget.bytes, counts),
    close: async () => {
      definitions.abort(new Error('the cache was closed'));
      await Promise.all([following, ...[...kinds].map(([key, watched]) => stop(key, watched))]);
    },
  };
}

/** Reads an object from the API, and keeps it where it is what the cache knows and is tracked. */
async function reread(
  parts: { readonly client: KubeClient; readonly reader: Rereader; readonly options: WatchCacheOptions },
  ref: ObjectRef,
  found: { readonly store: KindStore; readonly stored: StoredObject } | undefined,
  signal: AbortSignal | undefined,
): Promise<KubernetesObject | undefined> {
  const call = signal === undefined ? {} : { signal };
  const version = found?.stored.version ?? (await parts.client.discovery.preferred(ref, call)).version;
  const { group, kind, namespace, name } = ref;
  const raw = await parts.reader.read({ group, version, kind, namespace, name });
  signal?.throwIfAborted();
  if (raw === undefined) return undefined;
  const object = deepFreeze(parts.options.keepManagedFields?.(raw) === true ? raw : withoutManagedFields(raw));
  found?.store.keep(found.stored, object);
  return object;
}

async function preferred(client: KubeClient, kind: GroupKind, signal: AbortSignal): Promise<GroupVersionKind> {
  const { group, version, kind: name, verbs } = await client.discovery.preferred(kind, { signal });
  if (!verbs.includes('list') || !verbs.includes('watch')) {
    // Reviews and the like: there are no objects of them to see.
    throw new CapstanError('KUBE_KIND_UNKNOWN', `${name}: the cluster does not let this kind be watched`);
  }
  return { group, version, kind: name };
}

function statsOf(
  kinds: Iterable<WatchedKind>,
  packedBytes: number,
  counts: { evicted: number; rereads: number; relists: number; reconnects: number },
): ReturnType<WatchCache['stats']> {
  let count = 0;
  let objects = 0;
  let tracked = 0;
  for (const { store } of kinds) {
    count += 1;
    objects += store.size;
    for (const stored of store.all()) if (stored.tracked) tracked += 1;
  }
  return { kinds: count, objects, tracked, packedBytes, ...counts };
}

function kindKey(kind: GroupKind): string {
  return `${kind.group}/${kind.kind}`;
}

function newListing(): PromiseWithResolvers<void> {
  const listing = Promise.withResolvers<void>();
  listing.promise.catch(noHolder);
  return listing;
}

function noHolder(): void {
  // Rejected with nobody waiting: each hold has the promise itself.
}
