import type { WatchCache } from '@capstan/kube';
import { refKey, type GroupKind, type KubernetesObject, type ObjectRef } from '@capstan/object';

/**
 * The resources a controller reconciles, as new as anything has shown them: the watch cache, or the answer to our own
 * last write where the watch has not caught up. A reconcile on an older state than our own write would undo it.
 */
export class OwnObjects {
  readonly #cache: WatchCache;
  readonly #written = new Map<string, KubernetesObject>();

  constructor(cache: WatchCache) {
    this.#cache = cache;
  }

  /** The newest state known; undefined where the object does not exist. */
  async get(ref: ObjectRef, signal?: AbortSignal): Promise<KubernetesObject | undefined> {
    const key = refKey(ref);
    const entry = this.#cache.entry(ref);
    const written = this.#written.get(key);
    if (entry === undefined) {
      this.#written.delete(key);
      return undefined;
    }
    if (written !== undefined && sameObject(written, entry.uid) && isNewer(written, entry.resourceVersion))
      return written;
    this.#written.delete(key);
    return this.#cache.get(ref, signal === undefined ? {} : { signal });
  }

  /** Remembers the answer to a write until the watch shows it. */
  wrote(object: KubernetesObject, ref: ObjectRef): void {
    this.#written.set(refKey(ref), object);
  }

  /** Every object of the kind that the cache has. */
  list(kind: GroupKind): readonly ObjectRef[] {
    return this.#cache.list(kind).map((entry) => entry.ref);
  }
}

function sameObject(object: KubernetesObject, uid: string): boolean {
  return object.metadata['uid'] === uid;
}

// Since Kubernetes 1.35 resourceVersions of one kind may be compared as numbers; before that every server did so anyway.
function isNewer(object: KubernetesObject, than: string): boolean {
  const own = object.metadata['resourceVersion'];
  if (typeof own !== 'string' || !/^\d+$/.test(own) || !/^\d+$/.test(than)) return false;
  return BigInt(own) > BigInt(than);
}
