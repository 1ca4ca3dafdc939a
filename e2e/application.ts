import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { removeObject, type App, type AppOptions, type AppPlace } from './app.ts';
import { entriesAt, textAt } from './fields.ts';

const REFRESH = 'argocd.argoproj.io/refresh';
const MANAGER = { fieldManager: 'kubectl-patch' };

/** Creates an Application in `argocd`. */
export async function createApplication(place: AppPlace, options: AppOptions): Promise<App> {
  const { view, name } = place;
  const created = await view.client.create(applicationOf(place, options), { fieldManager: 'kubectl-create' });
  const ref: VersionedRef = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    namespace: 'argocd',
    name: textAt(created, 'metadata', 'name'),
  };
  const refresh = async (): Promise<void> => {
    const patch = { metadata: { annotations: { [REFRESH]: 'normal' } } };
    await view.client.patch(ref, { kind: 'merge', patch }, MANAGER);
  };
  return {
    ref,
    source: ref,
    // What is asked for before an earlier request has been answered is no news to anybody.
    applied: (commit) =>
      view.present(`${name} is Synced and Healthy at ${commit}`, ref, (seen) => isAt(seen, commit) && !isAsked(seen)),
    complains: async (words, timeoutMs) => {
      const heard = (seen: KubernetesObject | undefined): boolean => complaints(seen).some((text) => words.test(text));
      await view.until(`${name} complains of ${words}`, ref, heard, timeoutMs);
    },
    outOfSync: async () => {
      const differs = (seen: KubernetesObject | undefined): boolean =>
        textAt(seen, 'status', 'sync', 'status') === 'OutOfSync';
      await view.until(`${name} is OutOfSync`, ref, differs);
    },
    refresh,
    reconciled: async () => {
      await refresh();
      const done = (seen: KubernetesObject | undefined): boolean =>
        !isAsked(seen) && textAt(seen, 'status', 'reconciledAt') !== '';
      await view.until(`${name} has been compared again`, ref, done);
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

function applicationOf(place: AppPlace, options: AppOptions): KubernetesObject {
  const automated = { prune: options.prune ?? true, selfHeal: options.selfHeal ?? true };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: place.name,
      namespace: 'argocd',
      ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
      ...(options.finalizer === true ? { finalizers: ['resources-finalizer.argocd.argoproj.io'] } : {}),
    },
    spec: {
      project: 'default',
      source: { repoURL: options.url ?? place.url, targetRevision: options.branch ?? 'main', path: options.path },
      destination: { server: 'https://kubernetes.default.svc', namespace: place.namespace },
      syncPolicy: {
        ...(options.automated === false ? {} : { automated }),
        ...(options.retry === undefined ? {} : { retry: options.retry }),
        ...(options.syncOptions === undefined ? {} : { syncOptions: options.syncOptions }),
      },
      ...options.spec,
    },
  };
}

function isAsked(seen: KubernetesObject | undefined): boolean {
  return textAt(seen, 'metadata', 'annotations', REFRESH) !== '';
}

function isAt(seen: KubernetesObject | undefined, commit: string): boolean {
  return (
    textAt(seen, 'status', 'sync', 'status') === 'Synced' &&
    textAt(seen, 'status', 'health', 'status') === 'Healthy' &&
    textAt(seen, 'status', 'sync', 'revision') === commit &&
    !['Running', 'Terminating'].includes(textAt(seen, 'status', 'operationState', 'phase'))
  );
}

/** All that an Application says against the world: conditions, the operation, the results of each object. */
function complaints(seen: KubernetesObject | undefined): readonly string[] {
  const operation = ['status', 'operationState'] as const;
  const results = entriesAt(seen, ...operation, 'syncResult', 'resources');
  return [
    ...entriesAt(seen, 'status', 'conditions').map((entry) => `${textAt(entry, 'type')} ${textAt(entry, 'message')}`),
    `${textAt(seen, ...operation, 'phase')} ${textAt(seen, ...operation, 'message')}`,
    ...results.map((entry) => `${textAt(entry, 'status')} ${textAt(entry, 'message')}`),
    `${textAt(seen, 'status', 'health', 'status')} ${textAt(seen, 'status', 'health', 'message')}`,
  ];
}
