import { connectCluster, createWatchCache, loadKubeconfig } from '@capstan/kube';
import { followApps, type AppFeed } from '@capstan/server';
import { appKinds, isSettled, shortRevision, type AppView } from '@capstan/views';

/** The apps of the cluster of a kubeconfig, followed from this process. */
export interface WatchedApps {
  readonly feed: AppFeed;
  close(): Promise<void>;
}

/** Follows the apps with watches of its own. */
export async function watchApps(kubeconfig: string): Promise<WatchedApps> {
  const kube = connectCluster(await loadKubeconfig({ path: kubeconfig }), { userAgent: 'capstan-up' });
  const cache = createWatchCache(kube.client(), { tracked: () => true });
  const feed = followApps(cache, appKinds);
  await feed.started;
  return {
    feed,
    close: async () => {
      feed.close();
      await cache.close();
      await kube.close();
    },
  };
}

/** Tells each change of what an app has come to, in a line. Returns what ends that. */
export function tellChanges(feed: AppFeed, say: (line: string) => void): () => void {
  const told = new Map<string, string>();
  const tell = (key: string, app: AppView): void => {
    const line = appLine(app);
    if (told.get(key) === line) return;
    told.set(key, line);
    say(line);
  };
  return feed.subscribe((change) => {
    if (change.type === 'changed') tell(change.key, change.app);
    else if (told.delete(change.key)) say(`${change.key} is gone`);
  });
}

/** Resolves when every one of `names` is there, synced and healthy. */
export function allSettled(feed: AppFeed, names: readonly string[]): Promise<void> {
  const isDone = (): boolean => {
    const apps = feed.list();
    return names.every((name) => apps.some((app) => nameOf(app) === name && isSettled(app)));
  };
  return new Promise((resolve) => {
    if (isDone()) {
      resolve();
      return;
    }
    const unsubscribe = feed.subscribe(() => {
      if (!isDone()) return;
      unsubscribe();
      resolve();
    });
  });
}

/** An app as people name it on a command line: `Kustomization/flux-system/development`. */
export function nameOf(app: AppView): string {
  return `${app.ref.kind}/${app.ref.namespace}/${app.ref.name}`;
}

/** An app in a line: what it is called, how it is, at which revision, and what stands in its way. */
export function appLine(app: AppView): string {
  const trouble = isSettled(app) || app.message === '' ? '' : `  ${app.message.replaceAll(/\s+/g, ' ').slice(0, 160)}`;
  return `${nameOf(app)}  ${app.sync}, ${app.health}  ${shortRevision(app.revision)}${trouble}`.trimEnd();
}
