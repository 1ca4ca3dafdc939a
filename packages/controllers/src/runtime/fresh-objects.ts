import type { WatchCache } from '@capstan/kube';
import { refKey, type KubernetesObject, type ObjectRef } from '@capstan/object';

/** How many answers are kept until the watch shows them; beyond it the oldest go, and the cache alone is asked. */
const MAX_WRITTEN = 20_000;

/**
 * Objects as new as anything has shown them: the watch cache, or the answer to our own last write where the watch has
 * not caught up. To act on an older state than our own write would repeat it, or undo it.
 */
export class FreshObjects {
  readonly #cache: Pick<WatchCache, 'get' | 'entry' | 'observed'>;
  readonly #written = new Map<string, KubernetesObject>();

  constructor(cache: Pick<WatchCache, 'get' | 'entry' | 'observed' | 'subscribe'>) {
    this.#cache = cache;
    // What the watch has caught up with is not kept twice, whether anybody asks for it or not.
    cache.subscribe(({ entry }) => {
      if (this.#written.size === 0) return;
      const key = refKey(entry.ref);
      const written = this.#written.get(key);
      if (written !== undefined && !isNewer(written, entry.resourceVersion)) this.#written.delete(key);
    });
  }

  /** How many answers the watch has not caught up with yet. */
  get ahead(): number {
    return this.#written.size;
  }

  /** The newest state known; undefined where the object does not exist. Reads the API only where the cache lets go of bytes. */
  async get(ref: ObjectRef, signal?: AbortSignal): Promise<KubernetesObject | undefined> {
    const written = this.#newerThanCache(ref);
    return written ?? this.#cache.get(ref, signal === undefined ? {} : { signal });
  }

  /** Remembers the answer to a write until the watch shows it or something newer. */
  wrote(ref: ObjectRef, object: KubernetesObject): void {
    const key = refKey(ref);
    this.#written.delete(key);
    this.#written.set(key, object);
    if (this.#written.size <= MAX_WRITTEN) return;
    const [oldest] = this.#written.keys();
    if (oldest !== undefined) this.#written.delete(oldest);
  }

  /** Forgets what was written, where the object has been deleted by us. */
  removed(ref: ObjectRef): void {
    this.#written.delete(refKey(ref));
  }

  #newerThanCache(ref: ObjectRef): KubernetesObject | undefined {
    const key = refKey(ref);
    const written = this.#written.get(key);
    if (written === undefined) return undefined;
    const entry = this.#cache.entry(ref);
    // Without an entry the watch has either not come so far, or has seen the object go again.
    const seen = entry?.resourceVersion ?? this.#cache.observed(ref);
    if (seen === undefined || isNewer(written, seen)) return written;
    this.#written.delete(key);
    return undefined;
  }
}

// resourceVersions of one kind may be compared as numbers (Kubernetes 1.35 says so; every server did before).
function isNewer(object: KubernetesObject, than: string): boolean {
  const own = object.metadata['resourceVersion'];
  if (typeof own !== 'string' || !/^\d+$/.test(own) || !/^\d+$/.test(than)) return false;
  return BigInt(own) > BigInt(than);
}
