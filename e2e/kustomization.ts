import { isCapstanError } from '@capstan/errors';
import { getPath, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { removeObject, type App, type AppOptions, type AppPlace } from './app.ts';
import type { ClusterView } from './cluster-view.ts';
import { conditionOf, textAt } from './fields.ts';

const CREATE = { fieldManager: 'kubectl-create' };
const MANAGER = { fieldManager: 'kubectl-patch' };
let requests = 0;

/** The namespace of a scenario's Flux resources. */
export function fluxNamespace(namespace: string): string {
  return `${namespace}-flux`;
}

/** Creates a GitRepository and a Kustomization in a namespace of their own. */
export async function createKustomization(place: AppPlace, options: AppOptions): Promise<App> {
  const { view, name } = place;
  const namespace = fluxNamespace(place.namespace);
  await ensureNamespace(view, namespace);
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
  await view.client.create(gitRepositoryOf(place, options), CREATE);
  await view.client.create(kustomizationOf(place, options), CREATE);
  const ask = async (what: VersionedRef): Promise<string> => {
    const at = `e2e-${process.pid}-${++requests}`;
    const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': at } } };
    await view.client.patch(what, { kind: 'merge', patch }, MANAGER);
    return at;
  };
  return {
    ref,
    source,
    applied: (commit) => view.present(`${name} is Ready at ${commit}`, ref, (seen) => isAt(seen, commit)),
    complains: async (words, timeoutMs) => {
      // What is wrong with the source stands on the source.
      const heard = (seen: KubernetesObject): boolean => words.test(complaint(seen));
      await view.untilEither(`${name} or its source complains of ${words}`, [ref, source], heard, timeoutMs);
    },
    outOfSync: () => Promise.reject(new Error('Flux has no such status')),
    refresh: async () => {
      await ask(source);
    },
    reconciled: async () => {
      const at = await ask(ref);
      // What has failed stays `Reconciling`, for it will be tried again.
      const handled = (seen: KubernetesObject | undefined): boolean =>
        textAt(seen, 'status', 'lastHandledReconcileAt') === at &&
        (textAt(conditionOf(seen, 'Reconciling'), 'status') !== 'True' ||
          textAt(conditionOf(seen, 'Ready'), 'status') === 'False');
      await view.until(`${name} has been reconciled again`, ref, handled);
    },
    change: async (spec) => {
      await view.client.patch(ref, { kind: 'merge', patch: { spec } }, MANAGER);
    },
    remove: () => removeObject(view, ref),
    gone: async () => {
      await view.until(`${name} is gone`, ref, (seen) => seen === undefined);
    },
  };
}

async function ensureNamespace(view: ClusterView, name: string): Promise<void> {
  try {
    await view.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, CREATE);
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_ALREADY_EXISTS')) throw error;
  }
}

function gitRepositoryOf(place: AppPlace, options: AppOptions): KubernetesObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: place.name, namespace: fluxNamespace(place.namespace) },
    spec: {
      interval: '10m',
      timeout: options.sourceTimeout ?? '20s',
      url: options.url ?? place.url,
      ref: { branch: options.branch ?? 'main' },
      ...(options.secretRef === undefined ? {} : { secretRef: { name: options.secretRef } }),
    },
  };
}

function kustomizationOf(place: AppPlace, options: AppOptions): KubernetesObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: {
      name: place.name,
      namespace: fluxNamespace(place.namespace),
      ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
    },
    spec: {
      interval: '10m',
      retryInterval: '2s',
      timeout: '1m',
      path: options.path,
      prune: options.prune ?? true,
      wait: true,
      targetNamespace: place.namespace,
      sourceRef: { kind: 'GitRepository', name: place.name },
      ...options.spec,
    },
  };
}

function isAt(seen: KubernetesObject | undefined, commit: string): boolean {
  return (
    textAt(conditionOf(seen, 'Ready'), 'status') === 'True' &&
    textAt(seen, 'status', 'lastAppliedRevision').endsWith(commit) &&
    getPath(seen, 'status', 'observedGeneration') === getPath(seen, 'metadata', 'generation')
  );
}

function complaint(seen: KubernetesObject | undefined): string {
  const ready = conditionOf(seen, 'Ready');
  return textAt(ready, 'status') === 'False' ? `${textAt(ready, 'reason')} ${textAt(ready, 'message')}` : '';
}
