import type { WatchCache } from '@capstan/kube';
import { refKey, type GroupKind } from '@capstan/object';
import { viewOf, type AppView } from '@capstan/views';

/** What a listener of the feed is told: an app as it is now, or that it is gone (by its key). */
export type AppChange =
  | { readonly type: 'changed'; readonly key: string; readonly app: AppView }
  | { readonly type: 'gone'; readonly key: string };

/** The apps of a cluster, from its watch cache: no request is made for whoever looks at them. */
export interface AppFeed {
  /** By kind, namespace and name. */
  list(): readonly AppView[];
  /** Calls `listener` after each change of what is shown. Returns what ends that. */
  subscribe(listener: (change: AppChange) => void): () => void;
  /** Resolves when every kind has been listed. */
  readonly started: Promise<void>;
  close(): void;
}

/** Follows the given kinds of a cluster. */
export function followApps(cache: WatchCache, kinds: readonly GroupKind[]): AppFeed {
  const shown = new Map<string, AppView>();
  const listeners = new Set<(change: AppChange) => void>();
  const followed = new Set(kinds.map((kind) => `${kind.group}/${kind.kind}`));
  const tell = (change: AppChange): void => {
    for (const listener of listeners) listener(change);
  };
  const unsubscribe = cache.subscribe(({ type, entry, object }) => {
    if (!followed.has(`${entry.ref.group}/${entry.ref.kind}`)) return;
    const key = refKey(entry.ref);
    if (type === 'deleted') {
      if (shown.delete(key)) tell({ type: 'gone', key });
      return;
    }
    const app = object === undefined ? undefined : viewOf(object);
    if (app === undefined || JSON.stringify(app) === JSON.stringify(shown.get(key))) return;
    shown.set(key, app);
    tell({ type: 'changed', key, app });
  });
  const holds = kinds.map((kind) => cache.hold(kind));
  const order = (app: AppView): string => `${app.role} ${app.ref.namespace} ${app.ref.name} ${app.ref.kind}`;
  return {
    list: () => [...shown.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    started: Promise.all(holds.map((hold) => hold.synced)).then(() => undefined),
    close: () => {
      unsubscribe();
      listeners.clear();
      for (const hold of holds) hold.release();
    },
  };
}
