import { isCapstanError } from '@capstan/errors';
import {
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import type { ClusterView } from './cluster-view.ts';
import type { Dialect } from './scenario.ts';

/** How an app is set up, in words that both dialects have. */
export interface AppOptions {
  readonly path: string;
  readonly branch?: string;
  /** Whether Capstan acts by itself; for Flux that is always so. */
  readonly automated?: boolean;
  readonly prune?: boolean;
  readonly selfHeal?: boolean;
  /** Argo CD's sync options. */
  readonly syncOptions?: readonly string[];
  /** Fields laid over the Application's or Kustomization's spec. */
  readonly spec?: JsonObject;
  readonly finalizer?: boolean;
  readonly secretRef?: string;
}

/** An Application, or a GitRepository with a Kustomization, as a scenario drives it. */
export interface App {
  readonly ref: VersionedRef;
  /** Waits until everything of a commit is applied and healthy. */
  applied(commit: string): Promise<void>;
  /** Waits until the resource says that something is wrong, in words that match. */
  complains(words: RegExp): Promise<void>;
  /** Waits until the resource says that the cluster differs from Git, without having mended it (Argo CD only). */
  outOfSync(): Promise<void>;
  /** Asks for a look at Git now, as people and webhooks do. */
  refresh(): Promise<void>;
  /** Changes the resource's spec. */
  change(spec: JsonObject): Promise<void>;
  remove(): Promise<void>;
  gone(): Promise<void>;
}

/** Where an app of a scenario lives. */
export interface AppPlace {
  readonly view: ClusterView;
  readonly name: string;
  /** Where the workload goes. */
  readonly namespace: string;
  readonly url: string;
}

const user = { fieldManager: 'kubectl-create' };
const MERGE = { fieldManager: 'kubectl-patch' };

/** Creates an app in a dialect. */
export async function createApp(place: AppPlace, dialect: Dialect, options: AppOptions): Promise<App> {
  return dialect === 'argo' ? createApplication(place, options) : createKustomization(place, options);
}

async function createApplication(place: AppPlace, options: AppOptions): Promise<App> {
  const { view, name } = place;
  const ref: VersionedRef = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    namespace: 'argocd',
    name,
  };
  const automated = { prune: options.prune ?? true, selfHeal: options.selfHeal ?? true };
  const object: KubernetesObject = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name,
      namespace: 'argocd',
      ...(options.finalizer === true ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}),
    },
    spec: {
      project: 'default',
      source: { repoURL: place.url, targetRevision: options.branch ?? 'main', path: options.path },
      destination: { server: 'https://kubernetes.default.svc', namespace: place.namespace },
      syncPolicy: {
        ...(options.automated === false ? {} : { automated }),
        ...(options.syncOptions === undefined ? {} : { syncOptions: options.syncOptions }),
      },
      ...options.spec,
    },
  };
  await view.client.create(object, user);
  const at = (seen: KubernetesObject | undefined, ...path: readonly string[]): JsonValue | undefined =>
    getPath(seen?.['status'], ...path);
  return {
    ref,
    applied: async (commit) => {
      await view.until(
        `${name} is Synced and Healthy at ${commit}`,
        ref,
        (seen) =>
          at(seen, 'sync', 'status') === 'Synced' &&
          at(seen, 'health', 'status') === 'Healthy' &&
          at(seen, 'sync', 'revision') === commit &&
          at(seen, 'operationState', 'phase') !== 'Running',
      );
    },
    complains: async (words) => {
      await view.until(`${name} complains of ${words}`, ref, (seen) => {
        const conditions = at(seen, 'conditions');
        const messages = Array.isArray(conditions)
          ? conditions.map((entry) => `${text(getPath(entry, 'type'))} ${text(getPath(entry, 'message'))}`)
          : [];
        return [
          ...messages,
          text(at(seen, 'operationState', 'message')),
          ...results(at(seen, 'operationState', 'syncResult', 'resources')),
        ].some((message) => words.test(message));
      });
    },
    outOfSync: async () => {
      await view.until(`${name} is OutOfSync`, ref, (seen) => at(seen, 'sync', 'status') === 'OutOfSync');
    },
    refresh: async () => {
      await view.client.patch(
        ref,
        { kind: 'merge', patch: { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } } },
        MERGE,
      );
    },
    change: async (spec) => {
      await view.client.patch(ref, { kind: 'merge', patch: { spec } }, MERGE);
    },
    remove: () => remove(view, ref),
    gone: async () => {
      await view.until(`${name} is gone`, ref, (seen) => seen === undefined);
    },
  };
}

async function createKustomization(place: AppPlace, options: AppOptions): Promise<App> {
  const { view, name } = place;
  const namespace = `${place.namespace}-flux`;
  await view.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, user);
  const source: VersionedRef = {
    group: 'source.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'GitRepository',
    namespace,
    name,
  };
  const ref: VersionedRef = {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'Kustomization',
    namespace,
    name,
  };
  await view.client.create(
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name, namespace },
      spec: {
        interval: '10m',
        url: place.url,
        ref: { branch: options.branch ?? 'main' },
        ...(options.secretRef === undefined ? {} : { secretRef: { name: options.secretRef } }),
      },
    },
    user,
  );
  await view.client.create(
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval: '10m',
        retryInterval: '5s',
        timeout: '1m',
        path: options.path,
        prune: options.prune ?? true,
        wait: true,
        targetNamespace: place.namespace,
        sourceRef: { kind: 'GitRepository', name },
        ...options.spec,
      },
    },
    user,
  );
  let requests = 0;
  const ask = async (what: VersionedRef): Promise<void> => {
    await view.client.patch(
      what,
      {
        kind: 'merge',
        patch: { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `e2e-${++requests}` } } },
      },
      MERGE,
    );
  };
  const complaint = (seen: KubernetesObject | undefined): string => {
    const conditions = getPath(seen?.['status'], 'conditions');
    const ready = Array.isArray(conditions)
      ? conditions.find((entry) => getPath(entry, 'type') === 'Ready')
      : undefined;
    return getPath(ready, 'status') === 'False'
      ? `${text(getPath(ready, 'reason'))} ${text(getPath(ready, 'message'))}`
      : '';
  };
  return {
    ref,
    applied: async (commit) => {
      await view.until(`${name} is Ready at ${commit}`, ref, (seen) => {
        const conditions = getPath(seen?.['status'], 'conditions');
        const ready =
          Array.isArray(conditions) &&
          conditions.some((entry) => getPath(entry, 'type') === 'Ready' && getPath(entry, 'status') === 'True');
        return (
          ready &&
          text(getPath(seen?.['status'], 'lastAppliedRevision')).endsWith(commit) &&
          getPath(seen?.['status'], 'observedGeneration') === getPath(seen?.metadata, 'generation')
        );
      });
    },
    complains: async (words) => {
      // What is wrong with the source stands on the source.
      const either = [ref, source].map((what) =>
        view.until(`${what.kind} ${name} complains of ${words}`, what, (seen) => words.test(complaint(seen))),
      );
      const first = await Promise.any(either);
      if (first === undefined) throw new Error(`${name} is gone`);
    },
    outOfSync: () => Promise.reject(new Error('Flux has no such status')),
    refresh: () => ask(source),
    change: async (spec) => {
      await view.client.patch(ref, { kind: 'merge', patch: { spec } }, MERGE);
    },
    remove: () => remove(view, ref),
    gone: async () => {
      await view.until(`${name} is gone`, ref, (seen) => seen === undefined);
    },
  };
}

async function remove(view: ClusterView, ref: VersionedRef): Promise<void> {
  try {
    await view.client.delete(ref, { propagation: 'Background' });
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_NOT_FOUND')) throw error;
  }
}

function results(list: JsonValue | undefined): readonly string[] {
  return Array.isArray(list) ? list.filter(isJsonObject).map((entry) => text(entry['message'])) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
