import type { CacheChange, KindHold, WaitAside, WorkQueue, WorkResult } from '@capstan/kube';
import type { GroupKind, ObjectRef, VersionedRef } from '@capstan/object';
import type { Engine } from './engine.ts';
import type { Reconciler } from './reconciler.ts';

/** Makes a controller's queue; the caller chooses concurrency, back-off and what happens to errors. */
export type QueueFactory = (
  work: (key: string, signal: AbortSignal, aside: WaitAside) => Promise<WorkResult>,
  name: string,
  kind: string,
) => WorkQueue;

/** A Deployment that rolls out changes several times within moments: its owner looks once. */
const GATHER_MS = 200;

/** A running controller. */
export interface Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  /** Runs a resource as soon as its turn comes. */
  wake(ref: ObjectRef): void;
  /** Runs a resource for what has become of an object of its own: changes that follow each other are seen at once. */
  wakeForObject(ref: ObjectRef): void;
  /** Resolves when a resource neither waits for its turn nor runs. */
  settled(ref: ObjectRef): Promise<void>;
  /** Resolves when the first list is in and every resource has been queued. */
  readonly started: Promise<void>;
  close(): Promise<void>;
}

/** The key under which a resource is queued: `namespace/name`. */
export function queueKey(ref: { readonly namespace: string; readonly name: string }): string {
  return `${ref.namespace}/${ref.name}`;
}

/**
 * Runs a reconciler over all resources of its kind in the local cluster: each is queued when it appears, when its
 * fingerprint changes, and when something else wakes it.
 */
export function startController(
  engine: Engine,
  makeReconciler: (controller: { wake(ref: ObjectRef): void }) => Reconciler,
  makeQueue: QueueFactory,
): Controller {
  const { cache, live } = engine.clusters.local;
  const wake = (ref: ObjectRef): void => queue.add(queueKey(ref));
  const reconciler = makeReconciler({ wake });
  const { kind } = reconciler;

  const run = async (key: string, signal: AbortSignal, aside: WaitAside): Promise<WorkResult> => {
    const ref = refOfKey(key, kind);
    const object = await live.get(ref, signal);
    return reconciler.reconcile({ ref, object, signal, aside });
  };
  const queue = makeQueue(run, reconciler.name, kind.kind);

  const fingerprints = new Map<string, string>();
  const unsubscribe = cache.subscribe((change) => {
    if (!isOf(change, kind)) return;
    const key = queueKey(change.entry.ref);
    if (change.type === 'deleted') {
      fingerprints.delete(key);
      queue.add(key);
      return;
    }
    const fingerprint = change.object === undefined ? undefined : reconciler.fingerprint(change.object);
    if (fingerprint !== undefined && fingerprints.get(key) === fingerprint) return;
    if (fingerprint !== undefined) fingerprints.set(key, fingerprint);
    queue.add(key);
  });

  const hold: KindHold = cache.hold(kind);
  // Where somebody else watches the kind already, what is there has been told before we listened.
  for (const { ref } of cache.list(kind)) {
    const object = cache.peek(ref);
    if (object !== undefined) fingerprints.set(queueKey(ref), reconciler.fingerprint(object));
    queue.add(queueKey(ref));
  }
  return {
    name: reconciler.name,
    queue,
    wake,
    wakeForObject: (ref) => queue.addSoon(queueKey(ref), GATHER_MS),
    settled: (ref) => queue.settled(queueKey(ref)),
    started: hold.synced,
    close: async () => {
      unsubscribe();
      hold.release();
      await queue.drain();
    },
  };
}

function isOf(change: CacheChange, kind: GroupKind): boolean {
  return change.entry.ref.group === kind.group && change.entry.ref.kind === kind.kind;
}

function refOfKey(
  key: string,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
): VersionedRef {
  const slash = key.indexOf('/');
  return {
    group: kind.group,
    version: kind.version,
    kind: kind.kind,
    namespace: key.slice(0, slash),
    name: key.slice(slash + 1),
  };
}
