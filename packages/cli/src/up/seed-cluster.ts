import { argoResources, crdOf, fluxResources } from '@capstan/api';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, refOf, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { conditionOf } from '@capstan/views';
import { seededNamespaces, seedResources } from './seed-resources.ts';

const FIELD_MANAGER = 'capstan-up';
const ESTABLISHED_MS = 30_000;
const LOOK_MS = 50;

/** Where it is kept what has been seeded: in the cluster, so that it is lost and kept together with the seeds. */
const marker: VersionedRef = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'capstan-system', name: 'up' };

/** Installs the definitions of both dialects' resources and waits until they are served. */
export async function installDefinitions(client: KubeClient): Promise<void> {
  const definitions = [...argoResources, ...fluxResources].map(crdOf);
  await Promise.all(definitions.map((crd) => client.apply(crd, { fieldManager: FIELD_MANAGER, force: true })));
  const until = Date.now() + ESTABLISHED_MS;
  for (const crd of definitions) {
    while (conditionOf(await client.get(refOf(crd)), 'Established')?.status !== 'True') {
      if (Date.now() > until) throw new CapstanError('UP_FAILED', `${refOf(crd).name} was not established`);
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }
  await client.discovery.refresh();
}

/**
 * Makes what brings the repository to the cluster, once: what a person has changed or deleted since stays so. Where the
 * Git host has moved to another port, the addresses in the resources follow.
 */
export async function seedCluster(client: KubeClient, gitUrl: string, repository: string): Promise<void> {
  const kept = await client.find(marker);
  const before = getPath(kept, 'data', 'git');
  if (before === gitUrl) return;
  if (typeof before === 'string') await moveRepositories(client, before, gitUrl);
  else {
    for (const name of seededNamespaces)
      await apply(client, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const resource of seedResources(`${gitUrl}/${repository}`)) await apply(client, resource);
  }
  await apply(client, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: marker.name, namespace: marker.namespace },
    data: { git: gitUrl },
  });
}

async function apply(client: KubeClient, object: KubernetesObject): Promise<void> {
  await client.apply(object, { fieldManager: FIELD_MANAGER, force: true });
}

/** A place in which a resource names a repository. */
interface Address {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly path: readonly string[];
  readonly patch: (url: string) => JsonObject;
}

const addresses: readonly Address[] = [
  {
    kind: { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' },
    path: ['spec', 'url'],
    patch: (url) => ({ spec: { url } }),
  },
  {
    kind: { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application' },
    path: ['spec', 'source', 'repoURL'],
    patch: (repoURL) => ({ spec: { source: { repoURL } } }),
  },
];

async function moveRepositories(client: KubeClient, from: string, to: string): Promise<void> {
  for (const { kind, path, patch } of addresses) {
    const { items } = await client.listAll(kind);
    for (const object of items) {
      const url = getPath(object, ...path);
      if (typeof url !== 'string' || !url.startsWith(`${from}/`)) continue;
      const moved = patch(to + url.slice(from.length));
      await client.patch(refOf(object), { kind: 'merge', patch: moved }, { fieldManager: FIELD_MANAGER });
    }
  }
}
