import { isCapstanError } from '@capstan/errors';
import type { JsonObject, VersionedRef } from '@capstan/object';
import { removeObject } from './app.ts';
import type { World } from './world.ts';

/** An AppProject of a scenario's own. */
export interface Project {
  readonly name: string;
  readonly ref: VersionedRef;
  /** Changes parts of its spec; null takes a part away. */
  change(spec: JsonObject): Promise<void>;
}

/** Runs a scenario's steps with an AppProject that allows everything but what `spec` says, and deletes it afterwards. */
export async function withProject(
  { view, namespace }: World,
  spec: JsonObject,
  steps: (project: Project) => Promise<void>,
): Promise<void> {
  const name = `${namespace}-p`;
  const ref: VersionedRef = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'AppProject',
    namespace: 'argocd',
    name,
  };
  await view.client.create(
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name, namespace: 'argocd' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
        ...spec,
      },
    },
    { fieldManager: 'kubectl-create' },
  );
  try {
    await steps({
      name,
      ref,
      change: async (changed) => {
        await view.client.patch(ref, { kind: 'merge', patch: { spec: changed } }, { fieldManager: 'kubectl-patch' });
      },
    });
  } finally {
    await removeObject(view, ref);
  }
}

/** Runs a scenario's steps with settings, which all scenarios share, and takes them away afterwards. */
export async function withSettings(
  { view }: World,
  data: Readonly<Record<string, string>>,
  steps: () => Promise<void>,
  name: 'argocd-cm' | 'argocd-cmd-params-cm' | 'argocd-gpg-keys-cm' = 'argocd-cm',
): Promise<void> {
  const by = { fieldManager: 'kubectl-patch' };
  const metadata = { name, namespace: 'argocd' };
  const ref: VersionedRef = { group: '', version: 'v1', kind: 'ConfigMap', ...metadata };
  try {
    await view.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }, by);
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_ALREADY_EXISTS')) throw error;
    await view.client.patch(ref, { kind: 'merge', patch: { data } }, by);
  }
  try {
    await steps();
  } finally {
    const gone = Object.fromEntries(Object.keys(data).map((key) => [key, null]));
    await view.client.patch(ref, { kind: 'merge', patch: { data: gone } }, by);
  }
}
