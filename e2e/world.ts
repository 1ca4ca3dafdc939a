import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, KubernetesObject, VersionedRef } from '@capstan/object';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import { createApp, type App, type AppOptions } from './app.ts';
import type { ClusterView } from './cluster-view.ts';
import type { ControllersProcess, StartControllers } from './controllers-process.ts';
import type { Dialect } from './scenario.ts';
import type { Target } from './target.ts';

/** What a scenario has: a cluster, a repository of its own, a namespace of its own, and the controllers. */
export interface World {
  readonly target: Target;
  readonly view: ClusterView;
  readonly namespace: string;
  readonly repository: GitRepository;
  /** The repository as the controllers reach it. */
  readonly url: string;
  readonly gitUrl: string;
  /** Makes an app of this scenario; one by default, more by name. */
  app(dialect: Dialect, options: AppOptions, name?: string): Promise<App>;
  /** Starts controllers of the scenario's own (mode `alone`). */
  startControllers(options?: StartControllers): Promise<ControllersProcess>;
  /** A reference to an object of the workload. */
  ref(kind: string, name: string): VersionedRef;
  /** Changes a live object as a person with kubectl does. */
  edit(ref: VersionedRef, patch: JsonObject, manager?: string): Promise<KubernetesObject>;
}

/** What worlds are made from. */
export interface WorldOptions {
  readonly target: Target;
  readonly view: ClusterView;
  readonly folder: string;
  readonly gitUrl: string;
  readonly index: number;
  readonly start: (options: StartControllers) => Promise<ControllersProcess>;
}

const groups: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
};

/** Makes the world of one scenario: namespace, repository. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { target, view, index } = options;
  const namespace = `e2e-${index}`;
  const folder = await mkdtemp(join(options.folder, `${index}-`));
  const name = folder.slice(options.folder.length + 1);
  const repository = await createGitRepository(join(folder, 'repo.git'));
  await view.client.create(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { fieldManager: 'kubectl-create' },
  );
  const url = `${options.gitUrl}/${name}/repo.git`;
  return {
    target,
    view,
    namespace,
    repository,
    url,
    gitUrl: options.gitUrl,
    app: (dialect, appOptions, appName = namespace) =>
      createApp({ view, name: appName, namespace, url }, dialect, appOptions),
    startControllers: (start = {}) => options.start(start),
    ref: (kind, objectName) => {
      const apiVersion = groups[kind] ?? 'v1';
      const slash = apiVersion.indexOf('/');
      return {
        group: slash < 0 ? '' : apiVersion.slice(0, slash),
        version: apiVersion.slice(slash + 1),
        kind,
        namespace,
        name: objectName,
      };
    },
    edit: (ref, patch, manager = 'kubectl-edit') =>
      view.client.patch(
        ref,
        { kind: ref.group === 'apps' || ref.group === '' ? 'strategic' : 'merge', patch },
        { fieldManager: manager },
      ),
  };
}
