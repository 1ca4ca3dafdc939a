import { messageOf } from '@capstan/errors';
import { createWatchCache, type KubeClient, type KindHold, type WatchCache } from '@capstan/kube';
import { formatRef, refOf, type GroupKind, type KubernetesObject, type VersionedRef } from '@capstan/object';

/** How long a scenario waits for what must happen. */
const TIMEOUT_MS = 60_000;

/** What a person sees of the cluster: objects as they change, and waiting for them without polling. */
export class ClusterView {
  readonly client: KubeClient;
  readonly #cache: WatchCache;
  readonly #holds = new Map<string, KindHold>();

  constructor(client: KubeClient) {
    this.client = client;
    this.#cache = createWatchCache(client, { tracked: () => true, keepManagedFields: () => true });
  }

  /** An object as last seen by a watch; undefined where there is none. */
  async see(ref: VersionedRef): Promise<KubernetesObject | undefined> {
    await this.#watch(ref);
    return this.#cache.get(ref);
  }

  /** All objects of a kind in a namespace. */
  async seeAll(kind: GroupKind, namespace: string): Promise<readonly KubernetesObject[]> {
    await this.#watch(kind);
    const entries = this.#cache.list(kind, namespace);
    const objects = await Promise.all(entries.map((entry) => this.#cache.get(entry.ref)));
    return objects.filter((object) => object !== undefined);
  }

  /**
   * Waits until `holds` is true of an object (undefined while it does not exist), looking again at each change of it.
   * Rejects after a minute with what was seen last.
   */
  async until(
    what: string,
    ref: VersionedRef,
    holds: (object: KubernetesObject | undefined) => boolean,
    timeoutMs = TIMEOUT_MS,
  ): Promise<KubernetesObject | undefined> {
    await this.#watch(ref);
    return this.#eventually(what, timeoutMs, async () => {
      const object = await this.#cache.get(ref);
      return { done: holds(object), seen: object, text: `${formatRef(ref)}: ${describe(object)}` };
    });
  }

  async close(): Promise<void> {
    for (const hold of this.#holds.values()) hold.release();
    await this.#cache.close();
  }

  async #watch(kind: GroupKind): Promise<void> {
    const key = `${kind.group}/${kind.kind}`;
    const hold = this.#holds.get(key) ?? this.#cache.hold({ group: kind.group, kind: kind.kind });
    this.#holds.set(key, hold);
    await hold.synced;
  }

  #eventually<Seen>(
    what: string,
    timeoutMs: number,
    look: () => Promise<{ done: boolean; seen: Seen; text: string }>,
  ): Promise<Seen> {
    return new Promise((resolve, reject) => {
      let last = 'nothing';
      let looking = false;
      let again = false;
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        unsubscribe();
        end();
      };
      const check = (): void => {
        if (looking) {
          again = true;
          return;
        }
        looking = true;
        look().then(
          ({ done, seen, text }) => {
            looking = false;
            last = text;
            if (done) finish(() => resolve(seen));
            else if (again) {
              again = false;
              check();
            }
          },
          (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(messageOf(error)))),
        );
      };
      const unsubscribe = this.#cache.subscribe(check);
      const timer = setTimeout(
        () => finish(() => reject(new Error(`${what}: not within ${timeoutMs / 1000} s; last seen: ${last}`))),
        timeoutMs,
      );
      check();
    });
  }
}

function describe(object: KubernetesObject | undefined): string {
  if (object === undefined) return 'absent';
  const { status } = object;
  const text = JSON.stringify(
    { ref: refOf(object), spec: object['spec'] ?? object['data'] ?? null, status: status ?? null },
    (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
  );
  return text.length > 3000 ? `${text.slice(0, 3000)}…` : text;
}
