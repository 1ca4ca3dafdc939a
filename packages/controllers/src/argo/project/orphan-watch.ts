import type { Clock, KindHold, WatchCache } from '@capstan/kube';
import type { GroupKind } from '@capstan/object';

/** How long the first lists are waited for; a kind that cannot be listed holds nobody up for longer. */
const LIST_MS = 5_000;

/**
 * Watches whole namespaces of one cluster for Applications whose projects ask for orphaned resources: every kind that they
 * may have, while somebody asks. Nothing is watched where nobody does.
 */
export class OrphanWatch {
  readonly #cache: WatchCache;
  readonly #owners = new Map<string, { readonly namespace: string; readonly holds: ReadonlyMap<string, KindHold> }>();

  constructor(cache: WatchCache) {
    this.#cache = cache;
  }

  /**
   * Watches these kinds for an Application that goes to a namespace. Waits for kinds that are new to it, a while. Returns
   * whether all of them are known, but for those that the cluster does not let us list.
   */
  async set(owner: string, namespace: string, kinds: readonly GroupKind[], clock: Clock): Promise<boolean> {
    const before = this.#owners.get(owner)?.holds;
    const holds = new Map<string, KindHold>();
    const fresh: Promise<void>[] = [];
    for (const kind of kinds) {
      const key = `${kind.group}/${kind.kind}`;
      const known = before?.get(key);
      const hold = known ?? this.#cache.hold(kind);
      if (known === undefined) fresh.push(hold.synced.catch(() => undefined));
      holds.set(key, hold);
    }
    this.#owners.set(owner, { namespace, holds });
    for (const [key, hold] of before ?? []) if (!holds.has(key)) hold.release();
    if (fresh.length > 0) await within(clock, Promise.all(fresh));
    return kinds.every((kind) => this.#cache.synced(kind) || this.#cache.failure(kind) !== undefined);
  }

  /** Stops watching for an Application. */
  drop(owner: string): void {
    for (const hold of this.#owners.get(owner)?.holds.values() ?? []) hold.release();
    this.#owners.delete(owner);
  }

  /** The Applications that ask for what is in a namespace. */
  ownersIn(namespace: string): readonly string[] {
    return [...this.#owners].flatMap(([owner, asked]) => (asked.namespace === namespace ? [owner] : []));
  }
}

async function within(clock: Clock, wanted: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(LIST_MS, () => resolve(undefined));
  try {
    await Promise.race([wanted, promise]);
  } finally {
    cancel();
  }
}
