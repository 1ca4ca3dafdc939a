import { isCapstanError } from '@capstan/errors';
import type { Clock } from '@capstan/kube';
import { refKey, type KubernetesObject, type ObjectRef, type VersionedRef } from '@capstan/object';
import type { Cluster, LiveObjects } from './cluster.ts';

/** For so long it is taken as known that somebody may read an object. */
const ALLOWED_MS = 60_000;
/** Objects of one identity about which that is remembered. */
const MAX_ALLOWED = 50_000;

/**
 * A cluster as somebody else has it: what is written is written as them, and of what is read only that is given which
 * they may read themselves, though it comes out of the cache.
 */
export function actingCluster(cluster: Cluster, user: string, clock: Clock): Cluster {
  const client = cluster.as({ kind: 'impersonated', user, groups: [] });
  const live = new AllowedObjects(cluster.live, clock, async (ref, signal) => {
    await client.find(ref, signal === undefined ? {} : { signal });
  });
  return {
    id: cluster.id,
    client,
    as: (identity) => cluster.as(identity),
    cache: cluster.cache,
    live,
    interests: cluster.interests,
    claims: cluster.claims,
    rules: (kind, signal) => cluster.rules(kind, signal),
  };
}

/** Objects that are given only to who may read them. What is refused throws KUBE_FORBIDDEN, whether it is there or not. */
export class AllowedObjects implements LiveObjects {
  readonly #inner: LiveObjects;
  readonly #clock: Clock;
  readonly #ask: (ref: VersionedRef, signal: AbortSignal | undefined) => Promise<void>;
  /** Until when, by object, oldest first. */
  readonly #allowed = new Map<string, number>();

  constructor(
    inner: LiveObjects,
    clock: Clock,
    ask: (ref: VersionedRef, signal: AbortSignal | undefined) => Promise<void>,
  ) {
    this.#inner = inner;
    this.#clock = clock;
    this.#ask = ask;
  }

  async get(ref: VersionedRef, signal?: AbortSignal): Promise<KubernetesObject | undefined> {
    const key = refKey(ref);
    const until = this.#allowed.get(key);
    if (until === undefined || until <= this.#clock.monotonic()) {
      this.#allowed.delete(key);
      if (!(await this.#isServed(ref, signal))) return undefined;
      this.#allowed.set(key, this.#clock.monotonic() + ALLOWED_MS);
      if (this.#allowed.size > MAX_ALLOWED) {
        const [oldest] = this.#allowed.keys();
        if (oldest !== undefined) this.#allowed.delete(oldest);
      }
    }
    return this.#inner.get(ref, signal);
  }

  wrote(ref: ObjectRef, object: KubernetesObject): void {
    this.#inner.wrote(ref, object);
  }

  removed(ref: ObjectRef): void {
    this.#inner.removed(ref);
  }

  /** Asks whether it may be read; of a kind that is not served there is nothing to be read. */
  async #isServed(ref: VersionedRef, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#ask(ref, signal);
      return true;
    } catch (error) {
      if (!isCapstanError(error, 'KUBE_KIND_UNKNOWN')) throw error;
      return false;
    }
  }
}
