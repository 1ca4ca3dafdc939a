import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWatchCache, type KubeClient, type WatchCache } from '@capstan/kube';
import { getPath, type KubernetesObject } from '@capstan/object';
import { startGitHost } from '@capstan/source';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import { LAUNCHER_FLAGS, startControllers, type ControllersProcess } from '../e2e/controllers-process.ts';
import type { Target } from '../e2e/target.ts';
import { inLanes } from './lanes.ts';
import { removeNamespaces } from './namespaces.ts';
import { homeOf, kindOf, NAMESPACES, repositoryOf, resourceOf } from './workload.ts';

/** What a benchmark plays on: a cluster, a repository of N apps over HTTP, controllers that count their requests. */
export interface Stage {
  readonly client: KubeClient;
  readonly cache: WatchCache;
  readonly prefix: string;
  readonly url: string;
  readonly repository: GitRepository;
  readonly controllers: ControllersProcess;
  /** Requests of the controllers so far: watches and leases aside. */
  requests(): Promise<number>;
  writes(): Promise<number>;
  /** Milliseconds of CPU of each time that the controllers' thread let nothing else run for more than 50 ms. */
  blocks(): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Sets a stage for N apps of a dialect; the apps themselves are not made yet. */
export async function setStage(
  target: Target,
  dialect: 'argo' | 'flux',
  apps: number,
  nodeFlags?: readonly string[],
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'capstan-bench-'));
  const repository = await createGitRepository(join(folder, 'repository.git'));
  await repository.commit(repositoryOf(apps), 'all apps');
  const host = await startGitHost({ root: folder, port: 0 });
  const client = target.kube.client();
  const cache = createWatchCache(client, { tracked: () => true });
  const prefix = `bench-${Date.now() % 10_000_000}`;
  await prepareNamespaces(client, prefix);
  const url = `${host.url}/repository.git`;
  if (dialect === 'flux') {
    await client.create({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'repository', namespace: prefix },
      spec: { interval: '10m', url, ref: { branch: 'main' } },
    });
  }
  const blocks = join(folder, 'blocks');
  await writeFile(blocks, '');
  const preload = new URL(`./watch-blocks.mjs?to=${encodeURIComponent(blocks)}`, import.meta.url);
  const controllers = await startControllers(target.kubeconfigPath, {
    nodeFlags: [...(nodeFlags ?? LAUNCHER_FLAGS), `--import=${preload.href}`],
  });
  const count = async (wanted: (verb: string) => boolean): Promise<number> =>
    (await controllers.requests())
      .filter(
        (entry) => entry.verb !== 'watch' && entry.resource !== 'leases' && entry.resource !== '' && wanted(entry.verb),
      )
      .reduce((sum, entry) => sum + entry.count, 0);
  return {
    client,
    cache,
    prefix,
    url,
    repository,
    controllers,
    requests: () => count(() => true),
    writes: () => count((verb) => verb !== 'get' && verb !== 'list'),
    blocks: async () => (await readFile(blocks, 'utf8')).split('\n').filter(Boolean).map(Number),
    close: async () => {
      // Controllers that run would put back the finalizers that are taken away.
      await controllers.stop();
      await removeApps(client, dialect, prefix);
      await cache.close();
      await host.close();
      await removeNamespaces(client, namespacesOf(prefix));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the apps, 16 at a time. */
export async function createApps(stage: Stage, dialect: 'argo' | 'flux', apps: number): Promise<void> {
  const indexes = Array.from({ length: apps }, (_, index) => index);
  await inLanes(indexes, 16, (index) => stage.client.create(resourceOf(dialect, stage, index)));
}

/** Waits until every app of a stage is as `holds` says, by watching. Rejects after the timeout with how many are. */
export async function untilAll(
  stage: Stage,
  dialect: 'argo' | 'flux',
  apps: number,
  holds: (app: KubernetesObject) => boolean,
  timeoutMs = Math.max(600_000, apps * 3_000),
): Promise<void> {
  const kind = kindOf(dialect);
  const hold = stage.cache.hold(kind);
  await hold.synced;
  const done = new Set<string>();
  const home = homeOf(dialect, stage.prefix);
  const isOurs = (app: KubernetesObject): boolean => dialect === 'flux' || nameOf(app).startsWith(`${stage.prefix}-`);
  const look = (app: KubernetesObject | undefined): void => {
    if (app === undefined || !isOurs(app)) return;
    const { name } = app.metadata;
    if (typeof name !== 'string') return;
    if (holds(app)) done.add(name);
    else done.delete(name);
  };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => end(() => reject(new Error(`${done.size} of ${apps} after ${timeoutMs / 1000} s`))),
      timeoutMs,
    );
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      unsubscribe();
      finish();
    };
    const check = (): void => {
      if (done.size >= apps) end(resolve);
    };
    const unsubscribe = stage.cache.subscribe((change) => {
      if (change.entry.ref.kind !== kind.kind || change.entry.ref.namespace !== home) return;
      look(change.object);
      check();
    });
    Promise.all(stage.cache.list(kind, home).map(async (entry) => look(await stage.cache.get(entry.ref)))).then(
      check,
      (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
  hold.release();
}

/** Whether an app is done with a revision (any, when none is given). */
export function isDone(dialect: 'argo' | 'flux', app: KubernetesObject, commit?: string): boolean {
  const { status } = app;
  if (dialect === 'argo') {
    return (
      getPath(status, 'sync', 'status') === 'Synced' &&
      getPath(status, 'health', 'status') === 'Healthy' &&
      (commit === undefined || getPath(status, 'sync', 'revision') === commit)
    );
  }
  const conditions = getPath(status, 'conditions');
  const ready =
    Array.isArray(conditions) &&
    JSON.stringify(conditions).includes('"type":"Ready"') &&
    conditions.some(
      (entry: object) => 'type' in entry && entry.type === 'Ready' && 'status' in entry && entry.status === 'True',
    );
  const revision = getPath(status, 'lastAppliedRevision');
  return ready && (commit === undefined || (typeof revision === 'string' && revision.endsWith(commit)));
}

function nameOf(object: KubernetesObject): string {
  const { name } = object.metadata;
  return typeof name === 'string' ? name : '';
}

/** The namespaces of a stage: its own, and those of its apps. */
function namespacesOf(prefix: string): readonly string[] {
  return [prefix, ...Array.from({ length: NAMESPACES }, (_, index) => `${prefix}-${index}`)];
}

async function prepareNamespaces(client: KubeClient, prefix: string): Promise<void> {
  await inLanes(namespacesOf(prefix), 4, (name) =>
    client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  for (const name of ['argocd', 'flux-system'])
    await client.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      { fieldManager: 'capstan-bench', force: true },
    );
  await client.apply(
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'default', namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ namespace: '*', server: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
    { fieldManager: 'capstan-bench', force: true },
  );
}

const sourceKind = { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' };

/** Their objects go with the namespaces, and nobody is there who would take finalizers away. */
async function removeApps(client: KubeClient, dialect: 'argo' | 'flux', prefix: string): Promise<void> {
  const namespace = homeOf(dialect, prefix);
  for (const kind of dialect === 'flux' ? [kindOf(dialect), sourceKind] : [kindOf(dialect)]) {
    const { items } = await client.listAll(kind, { namespace });
    const own = items.filter((item) => dialect === 'flux' || nameOf(item).startsWith(`${prefix}-`));
    await inLanes(own, 16, async (item) => {
      const ref = { ...kind, namespace, name: nameOf(item) };
      await client.patch(ref, { kind: 'merge', patch: { metadata: { finalizers: null } } });
      await client.delete(ref, { propagation: 'Background' });
    });
  }
}

/** Waits until the controllers have sent nothing for two seconds: events come late. */
export async function quiet(stage: Stage): Promise<void> {
  for (let last = -1; ;) {
    const now = await stage.requests();
    if (now === last) return;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}
