import type { KubernetesObject, VersionedRef } from '@capstan/object';
import type { KubeClient } from '../client/kube-client.ts';
import { metadataText } from './stored-object.ts';

/** So many objects of one kind and namespace that are wanted at once are read by pages, not one by one … */
const PAGES_FROM = 16;
/** … where they are at least this share of what is there. */
const PAGES_SHARE = 0.1;
const TIMEOUT_MS = 30_000;

/** Reads objects that the cache does not hold. */
export interface Rereader {
  /** The object as it is now; undefined where there is none. Calls made together are answered together. */
  read(ref: VersionedRef): Promise<KubernetesObject | undefined>;
}

interface Batch {
  readonly first: VersionedRef;
  /** By name: those who wait for it. */
  readonly wanted: Map<string, PromiseWithResolvers<KubernetesObject | undefined>>;
}

/** Makes a rereader. `sizeOf` tells how many objects there are of a reference's kind in its namespace. */
export function rereader(client: KubeClient, sizeOf: (ref: VersionedRef) => number): Rereader {
  const batches = new Map<string, Batch>();

  const flush = (key: string): void => {
    const batch = batches.get(key);
    batches.delete(key);
    if (batch === undefined) return;
    const { size } = batch.wanted;
    if (size >= PAGES_FROM && size >= sizeOf(batch.first) * PAGES_SHARE) void readPages(client, batch);
    else for (const [name, waiting] of batch.wanted) void readOne(client, { ...batch.first, name }, waiting);
  };

  return {
    read: (ref) => {
      const key = `${ref.group}/${ref.version}/${ref.kind}/${ref.namespace}`;
      let batch = batches.get(key);
      if (batch === undefined) {
        batch = { first: ref, wanted: new Map() };
        batches.set(key, batch);
        setImmediate(flush, key);
      }
      const waiting = batch.wanted.get(ref.name) ?? Promise.withResolvers<KubernetesObject | undefined>();
      batch.wanted.set(ref.name, waiting);
      return waiting.promise;
    },
  };
}

async function readOne(
  client: KubeClient,
  ref: VersionedRef,
  waiting: PromiseWithResolvers<KubernetesObject | undefined>,
): Promise<void> {
  try {
    waiting.resolve(await client.find(ref, { timeoutMs: TIMEOUT_MS, caller: 'cache' }));
  } catch (error) {
    waiting.reject(error);
  }
}

async function readPages(client: KubeClient, batch: Batch): Promise<void> {
  const { namespace } = batch.first;
  const options = { timeoutMs: TIMEOUT_MS, caller: 'cache', ...(namespace === '' ? {} : { namespace }) };
  try {
    for await (const page of client.list(batch.first, options)) {
      for (const item of page.items) batch.wanted.get(metadataText(item, 'name'))?.resolve(item);
    }
    // The list is whole: who still waits, waits for what is not there.
    for (const waiting of batch.wanted.values()) waiting.resolve(undefined);
  } catch (error) {
    for (const waiting of batch.wanted.values()) waiting.reject(error);
  }
}
