import { isCapstanError, messageOf } from '@capstan/errors';
import {
  compareResourceVersions,
  createWatchCache,
  type KubeClient,
  type KindHold,
  type WatchCache,
} from '@capstan/kube';
import {
  formatRef,
  refKey,
  refOf,
  type GroupKind,
  type KubernetesObject,
  type ObjectRef,
  type VersionedRef,
} from '@capstan/object';
import { uidOf, versionOf } from './fields.ts';
import { seenWrites, type Seen } from './seen-writes.ts';

/** How long a scenario waits for what must happen. */
const TIMEOUT_MS = 60_000;

/** What a person sees of the cluster: objects as they change, and waiting for them without polling. */
export class ClusterView {
  /** What is written through it the view has seen when the write resolves. */
  readonly client: KubeClient;
  readonly #plain: KubeClient;
  readonly #cache: WatchCache;
  readonly #holds: Map<string, KindHold>;
  /** What is not waited for at the expense of those who wait: controllers that start. */
  readonly #pauses: Set<Promise<unknown>>;
  readonly #timeoutMs: number;

  /** `like` is a view that it shares its eyes with; `timeoutMs` how long it waits for what must happen. */
  constructor(client: KubeClient, like?: ClusterView, timeoutMs = TIMEOUT_MS, alsoSeen?: Seen) {
    this.#plain = client;
    this.client = seenWrites(client, async (object, gone) => {
      await alsoSeen?.(object, gone);
      await this.#caughtUp(object, gone);
    });
    this.#timeoutMs = like === undefined ? timeoutMs : like.#timeoutMs;
    this.#cache =
      like === undefined
        ? createWatchCache(client, { tracked: () => true, keepManagedFields: () => true })
        : like.#cache;
    this.#holds = like === undefined ? new Map<string, KindHold>() : like.#holds;
    this.#pauses = like === undefined ? new Set() : like.#pauses;
  }

  /** The same view, whose writes somebody else has seen as well when they resolve. */
  seenBy(seen: Seen): ClusterView {
    return new ClusterView(this.#plain, this, TIMEOUT_MS, seen);
  }

  /** Waits for something during which nobody's time runs out: it begins anew after that. */
  async pausedFor<Result>(work: Promise<Result>): Promise<Result> {
    this.#pauses.add(work);
    try {
      return await work;
    } finally {
      this.#pauses.delete(work);
    }
  }

  /** An object as the API has it now; undefined where there is none. */
  async live(ref: VersionedRef): Promise<KubernetesObject | undefined> {
    try {
      return await this.client.get(ref);
    } catch (error) {
      if (isCapstanError(error, 'KUBE_NOT_FOUND')) return undefined;
      throw error;
    }
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
    timeoutMs = this.#timeoutMs,
  ): Promise<KubernetesObject | undefined> {
    await this.#watch(ref);
    const key = refKey(ref);
    return this.#eventually(
      what,
      timeoutMs,
      (changed) => refKey(changed) === key,
      async () => {
        const object = await this.#cache.get(ref);
        return { done: holds(object), seen: object, text: `${formatRef(ref)}: ${describe(object)}` };
      },
    );
  }

  /** `until`, of an object that is there. */
  async present(
    what: string,
    ref: VersionedRef,
    holds: (object: KubernetesObject) => boolean = () => true,
    timeoutMs = this.#timeoutMs,
  ): Promise<KubernetesObject> {
    const seen = await this.until(what, ref, (object) => object !== undefined && holds(object), timeoutMs);
    if (seen === undefined) throw new Error(`${formatRef(ref)} is gone`);
    return seen;
  }

  /** Waits until one of several objects fits. */
  async untilEither(
    what: string,
    refs: readonly VersionedRef[],
    fits: (object: KubernetesObject) => boolean,
    timeoutMs = this.#timeoutMs,
  ): Promise<void> {
    for (const ref of refs) await this.#watch(ref);
    const keys = new Set(refs.map(refKey));
    const concerns = (changed: ObjectRef): boolean => keys.has(refKey(changed));
    await this.#eventually(what, timeoutMs, concerns, async () => {
      const objects = await Promise.all(refs.map((ref) => this.#cache.get(ref)));
      const seen = objects.find((object) => object !== undefined && fits(object));
      return { done: seen !== undefined, seen, text: objects.map(describe).join('\n') };
    });
  }

  /** Waits until some object of a kind in a namespace fits. */
  async untilSome(
    what: string,
    kind: GroupKind,
    namespace: string,
    fits: (object: KubernetesObject) => boolean,
    timeoutMs = this.#timeoutMs,
  ): Promise<void> {
    await this.#watch(kind);
    await this.#eventually(
      what,
      timeoutMs,
      (changed) => changed.kind === kind.kind && changed.namespace === namespace,
      async () => {
        const all = await this.seeAll(kind, namespace);
        const seen = all.find(fits);
        return { done: seen !== undefined, seen, text: `${all.length} objects of kind ${kind.kind}` };
      },
    );
  }

  /** Calls `listener` with an object each time it changes, until the function returned is called. */
  async follow(ref: VersionedRef, listener: (object: KubernetesObject) => void): Promise<() => void> {
    await this.#watch(ref);
    const key = refKey(ref);
    return this.#cache.subscribe((change) => {
      if (change.object !== undefined && change.type !== 'deleted' && refKey(change.entry.ref) === key)
        listener(change.object);
    });
  }

  async close(): Promise<void> {
    for (const hold of this.#holds.values()) hold.release();
    await this.#cache.close();
  }

  async #watch(kind: GroupKind): Promise<void> {
    const key = holdKey(kind);
    const hold = this.#holds.get(key) ?? this.#cache.hold({ group: kind.group, kind: kind.kind });
    this.#holds.set(key, hold);
    await hold.synced;
  }

  /**
   * Waits until the view shows what a write has left, so that nobody is told of what was before it; `gone` where the
   * write has deleted it. What is not looked at is not waited for.
   */
  async #caughtUp(written: KubernetesObject, gone: boolean): Promise<void> {
    const ref = refOf(written);
    const hold = this.#holds.get(holdKey(ref));
    if (hold === undefined) return;
    await hold.synced;
    const key = refKey(ref);
    await this.#eventually(
      `${formatRef(ref)} is seen as it was written`,
      this.#timeoutMs,
      (changed) => refKey(changed) === key,
      async () => {
        const seen = await this.#cache.get(ref);
        const text = `${formatRef(ref)}: ${describe(seen)}`;
        if (gone) return { done: seen === undefined || uidOf(seen) !== uidOf(written), seen, text };
        // What is absent has not come yet, or has left since: only the API can say.
        const done = seen === undefined ? (await this.live(ref)) === undefined : isSince(seen, written);
        return { done, seen, text };
      },
    );
  }

  #eventually<Seen>(
    what: string,
    timeoutMs: number,
    concerns: (changed: ObjectRef) => boolean,
    look: () => Promise<{ done: boolean; seen: Seen; text: string }>,
  ): Promise<Seen> {
    return new Promise((resolve, reject) => {
      let last = 'nothing';
      let looking = false;
      let again = false;
      let isDone = false;
      const finish = (end: () => void): void => {
        isDone = true;
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
      const unsubscribe = this.#cache.subscribe((change) => {
        if (concerns(change.entry.ref)) check();
      });
      let timer: NodeJS.Timeout;
      const expire = (): void => {
        const pauses = [...this.#pauses];
        if (pauses.length === 0)
          finish(() => reject(new Error(`${what}: not within ${timeoutMs / 1000} s; last seen: ${last}`)));
        else
          void Promise.allSettled(pauses).then(() => {
            if (!isDone) timer = setTimeout(expire, timeoutMs);
          });
      };
      timer = setTimeout(expire, timeoutMs);
      check();
    });
  }
}

function holdKey({ group, kind }: GroupKind): string {
  return `${group}/${kind}`;
}

function isSince(seen: KubernetesObject, written: KubernetesObject): boolean {
  const order = compareResourceVersions(versionOf(seen), versionOf(written));
  return order === undefined ? versionOf(seen) === versionOf(written) : order >= 0;
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
