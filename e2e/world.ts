import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { formatRef, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { createGitRepository, type ApiRequest, type FaultProxy, type GitRepository } from '@capstan/testkit';
import { createApp, removeObject, type App, type AppOptions } from './app.ts';
import type { ClusterView } from './cluster-view.ts';
import type { ControllersProcess } from './controllers-process.ts';
import { versionOf } from './fields.ts';
import { fluxNamespace } from './kustomization.ts';
import type { Dialect } from './scenario.ts';
import type { Seen } from './seen-writes.ts';
import type { Target } from './target.ts';

/** What a scenario has: a cluster, a repository of its own, a namespace of its own, and the controllers. */
export interface World {
  readonly target: Target;
  /** The cluster. What is written through it the controllers and the view have seen when the write resolves. */
  readonly view: ClusterView;
  readonly namespace: string;
  readonly repository: GitRepository;
  /** The repository as the controllers reach it. */
  readonly url: string;
  /** A folder of the scenario's own, in which `repo.git` lies. */
  readonly folder: string;
  /** The proxy between the controllers and the cluster. */
  readonly faults: FaultProxy;
  /** Makes an app of this scenario; one by default, more by name. */
  app(dialect: Dialect, options: AppOptions, name?: string): Promise<App>;
  /** Starts controllers of the scenario's own (mode `alone`), with flags of `run` and variables where there are any. */
  startControllers(flags?: readonly string[], env?: Readonly<Record<string, string>>): Promise<ControllersProcess>;
  /** A reference to an object of the workload. */
  ref(kind: string, name: string): VersionedRef;
  /** Changes a live object as a person with kubectl does. */
  edit(ref: VersionedRef, patch: JsonObject, manager?: string): Promise<KubernetesObject>;
  /** The requests of the controllers so far that touch the scenario's namespaces or Applications. */
  requests(): readonly ApiRequest[];
  /** The writes among them that were meant (no dry-run). */
  writes(): readonly ApiRequest[];
  /**
   * Waits until the controllers have seen an object as it is and have nothing left to do about it; for what must not
   * happen. Where the controllers cannot be asked, an app of theirs is reconciled once more instead.
   */
  settled(ref: VersionedRef, app: App): Promise<void>;
  /** Deletes what the scenario made. */
  clean(): Promise<void>;
}

/** What worlds are made from. */
export interface WorldOptions {
  readonly target: Target;
  readonly view: ClusterView;
  readonly folder: string;
  readonly gitUrl: string;
  /** Unique on the cluster; a name of a namespace. */
  readonly namespace: string;
  readonly faults: FaultProxy;
  readonly controllers: () => ControllersProcess | undefined;
  readonly start: World['startControllers'];
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  Role: 'rbac.authorization.k8s.io/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
};
const clusterScoped = new Set(['PriorityClass', 'Namespace']);
const CLEAN_MS = 20_000;
const reads = new Set<ApiRequest['verb']>(['get', 'list', 'watch', 'other']);

/** Makes the world of one scenario: namespace, repository. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { target, namespace } = options;
  const seen: Seen = async (object, gone) => options.controllers()?.seen(object, gone);
  const view = options.view.seenBy(seen);
  const folder = await mkdtemp(join(options.folder, 'git-'));
  const name = folder.slice(options.folder.length + 1);
  const repository = await createGitRepository(join(folder, 'repo.git'));
  await view.client.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { fieldManager: 'kubectl-create' },
  );
  const apps: App[] = [];
  const sent: ApiRequest[] = [];
  const own = new Set([namespace, fluxNamespace(namespace)]);
  const forget = options.faults.onRequest((request) => {
    if (own.has(request.namespace) || own.has(request.name) || request.name.startsWith(`${namespace}-`))
      sent.push(request);
  });
  const url = `${options.gitUrl}/${name}/repo.git`;
  return {
    target,
    view,
    namespace,
    repository,
    url,
    folder,
    faults: options.faults,
    app: async (dialect, appOptions, appName) => {
      // Applications of all scenarios share a namespace.
      const unique = appName === undefined ? namespace : `${namespace}-${appName}`;
      const app = await createApp({ view, name: unique, namespace, url }, dialect, appOptions);
      apps.push(app);
      return app;
    },
    startControllers: (flags, env) => view.pausedFor(options.start(flags, env)),
    ref: (kind, objectName) => refIn(namespace, kind, objectName),
    edit: (ref, patch, manager = 'kubectl-edit') =>
      view.client.patch(
        ref,
        { kind: ref.group === 'apps' || ref.group === '' ? 'strategic' : 'merge', patch },
        { fieldManager: manager },
      ),
    requests: () => sent,
    writes: () => sent.filter((request) => !reads.has(request.verb) && !request.url.includes('dryRun=')),
    settled: async (ref, app) => {
      const live = await view.live(ref);
      const asked = await options.controllers()?.settled(ref, versionOf(live));
      if (asked !== true) await app.reconciled();
    },
    clean: async () => {
      forget();
      await clean(options.view, apps, [...own]);
    },
  };
}

function refIn(namespace: string, kind: string, name: string): VersionedRef {
  const apiVersion = groups[kind] ?? 'v1';
  const slash = apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    namespace: clusterScoped.has(kind) ? '' : namespace,
    name,
  };
}

/** Apps first, while somebody may still finalise them; then the namespaces, which nobody waits for. */
async function clean(view: ClusterView, apps: readonly App[], namespaces: readonly string[]): Promise<void> {
  for (const part of ['ref', 'source'] as const) await Promise.all(apps.map((app) => removeForGood(view, app[part])));
  await Promise.all(
    namespaces.map((name) =>
      view.client
        .delete({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name }, { propagation: 'Background' })
        .catch(() => undefined),
    ),
  );
}

async function removeForGood(view: ClusterView, ref: VersionedRef): Promise<void> {
  await removeObject(view, ref);
  await view
    .until(`${formatRef(ref)} is gone`, ref, (seen) => seen === undefined, CLEAN_MS)
    .catch(() => unfinalise(view, ref));
}

async function unfinalise(view: ClusterView, ref: VersionedRef): Promise<void> {
  if ((await view.live(ref)) === undefined) return;
  await view.client
    .patch(ref, { kind: 'merge', patch: { metadata: { finalizers: null } } }, { fieldManager: 'capstan-e2e' })
    .catch(() => undefined);
}
