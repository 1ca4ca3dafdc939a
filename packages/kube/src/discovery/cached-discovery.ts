import { messageOf } from '@capstan/errors';
import type { GroupKind, JsonObject } from '@capstan/object';
import type { Clock } from '../clock.ts';
import { decodeMapping } from '../client/object-codec.ts';
import type { Requester } from '../client/requester.ts';
import type { ApiResource, Discovery, ServerVersion } from './discovery.ts';
import { openApiStore } from './open-api.ts';
import { readDiscovery, type ReadPath } from './read-discovery.ts';
import { resourceTable, unknownKind, type ResourceTable } from './resource-table.ts';

/** An unknown kind makes the cluster's discovery be read again, but not more often than this. */
const MIN_REREAD_MS = 2_000;
const READ_TIMEOUT_MS = 60_000;

/** Makes the discovery of a cluster over a requester. */
export function cachedDiscovery(requester: Requester, clock: Clock): Discovery {
  const read: ReadPath = async (path, accept) => {
    const call = { method: 'GET', path, resource: '', ...(accept === undefined ? {} : { accept }) } as const;
    return (await requester.call(call, { timeoutMs: READ_TIMEOUT_MS, caller: 'discovery' })).body;
  };
  const schemas = openApiStore(read);
  const listeners = new Set<() => void>();
  let table: ResourceTable | undefined;
  let reading: Promise<ResourceTable> | undefined;
  let readAt = -Infinity;
  let stale = true;
  let generation = 0;
  // Set while the list of groups itself cannot be read: then nothing is known for certain.
  let outage: string | undefined;

  const reread = (): Promise<ResourceTable> => {
    if (reading !== undefined) return reading;
    stale = false;
    const begun = readDiscovery(read).then(
      (found) => {
        const next = resourceTable(found);
        outage = undefined;
        readAt = clock.monotonic();
        const changed = next.signature !== table?.signature;
        table = next;
        if (changed) {
          generation += 1;
          schemas.invalidate();
          for (const listener of listeners) listener();
        }
        return next;
      },
      (error: unknown) => {
        outage = messageOf(error);
        stale = true;
        throw error;
      },
    );
    reading = begun;
    const done = (): void => {
      reading = undefined;
    };
    begun.then(done, done);
    return begun;
  };

  const find = async (
    kind: GroupKind & { readonly version?: string },
    lookUp: (in_: ResourceTable) => ApiResource | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ApiResource> => {
    // What is known serves on while a fresh reading is due but the cluster does not answer.
    if (table === undefined || stale) {
      const kept = table;
      await abortable(kept === undefined ? reread() : reread().catch(() => kept), signal);
    }
    const known = table === undefined ? undefined : lookUp(table);
    if (known !== undefined) return known;
    const fresh =
      clock.monotonic() - readAt < MIN_REREAD_MS ? (table ?? (await reread())) : await abortable(reread(), signal);
    const found = lookUp(fresh);
    if (found === undefined) throw unknownKind(kind, fresh);
    return found;
  };

  return {
    resourceFor: (kind, options = {}) => find(kind, (in_) => in_.find(kind), options.signal),
    preferred: (kind, options = {}) => find(kind, (in_) => in_.preferred(kind), options.signal),
    known: (kind) => table?.find(kind),
    current: (kind) => (stale ? undefined : table?.find(kind)),
    knownPreferred: (kind) => table?.preferred(kind),
    resources: async (options = {}) =>
      (table !== undefined && !stale ? table : await abortable(reread(), options.signal)).resources,
    groupFailed: (group) => outage !== undefined || table === undefined || table.failed.has(group),
    failedGroups: () => [...(table?.failed.keys() ?? [])],
    refresh: async (options = {}) => {
      // A reading that has begun may be older than what the caller has seen.
      if (reading !== undefined) await abortable(reading.then(ignore, ignore), options.signal);
      await abortable(reread(), options.signal);
    },
    invalidate: () => {
      stale = true;
      readAt = -Infinity;
      schemas.invalidate();
    },
    get generation() {
      return generation;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    openApi: (group, version, options = {}) => abortable(schemas.document(group, version), options.signal),
    schemaFor: (kind, options = {}) => abortable(schemas.schema(kind), options.signal),
    serverVersion: async () => versionOf(decodeMapping(await read('/version'))),
  };
}

function versionOf(answer: JsonObject): ServerVersion {
  const text = (key: string): string => {
    const value = Object.hasOwn(answer, key) ? answer[key] : undefined;
    return typeof value === 'string' ? value : '';
  };
  return { major: text('major'), minor: text('minor'), gitVersion: text('gitVersion') };
}

function ignore(): void {
  // The outcome is asked for again by what follows.
}

/** Waits for shared work that one caller's signal must not end: the caller leaves, the work goes on. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('the call was aborted'));
    };
    if (signal.aborted) {
      onAbort();
      work.catch(ignore);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
