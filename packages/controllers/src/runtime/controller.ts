import { isCapstanError, messageOf } from '@capstan/errors';
import type { CacheChange, KindHold, WorkQueue, WorkResult } from '@capstan/kube';
import type { GroupKind, ObjectRef, VersionedRef } from '@capstan/object';
import type { Engine } from './engine.ts';
import { OwnObjects } from './own-objects.ts';
import type { Reconciler } from './reconciler.ts';

/** Makes a queue whose `run` is called with each key; the caller's choice of concurrency and back-off. */
export type QueueFactory = (run: (key: string, signal: AbortSignal) => Promise<WorkResult>, name: string) => WorkQueue;

/** A running controller. */
export interface Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly own: OwnObjects;
  /** Runs a resource soon. */
  wake(ref: ObjectRef): void;
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
  makeReconciler: (controller: { readonly own: OwnObjects; wake(ref: ObjectRef): void }) => Reconciler,
  makeQueue: QueueFactory,
): Controller {
  const { cache } = engine.clusters.local;
  const own = new OwnObjects(cache);
  const wake = (ref: ObjectRef): void => queue.add(queueKey(ref));
  const reconciler = makeReconciler({ own, wake });
  const { kind } = reconciler;
  const log = engine.log.child({ controller: reconciler.name });

  const run = async (key: string, signal: AbortSignal): Promise<WorkResult> => {
    const ref = refOfKey(key, kind);
    const object = await own.get(ref, signal);
    try {
      return await reconciler.reconcile({ ref, object, signal });
    } catch (error) {
      if (signal.aborted) return {};
      log.error(
        { key, code: isCapstanError(error) ? error.code : undefined, error: messageOf(error) },
        'reconcile failed; trying again with back-off',
      );
      return { backOff: true };
    }
  };
  const queue = makeQueue(run, reconciler.name);

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
  return {
    name: reconciler.name,
    queue,
    own,
    wake,
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
