import type { JsonObject, KubernetesObject, VersionedRef } from '@capstan/object';
import type { App } from './app.ts';
import { fluxNamespace } from './kustomization.ts';
import type { World } from './world.ts';

const BY = { fieldManager: 'kubectl-create' };
/** The group of roles. */
export const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' };
/** Told to nobody but its owner: it may stand in no status, condition or event of the tenant's. */
export const CANARY = 'cGFzc3dvcmQtb2Ytc29tZWJvZHktZWxzZQ';
/** The tenant's service account. */
export const ACCOUNT = 'deployer';

/** A tenant: a service account with all rights in one namespace, beside somebody else's namespace. */
export interface Tenant {
  readonly other: string;
  /** A reference into somebody else's namespace. */
  theirs(kind: string, name: string): VersionedRef;
  app(spec?: JsonObject): Promise<App>;
  /** Takes the account's rights away. */
  disown(): Promise<void>;
  /** Leaves the account these verbs of its rights, on ConfigMaps alone. */
  mayOnly(verbs: readonly string[]): Promise<void>;
}

function binding(world: World): VersionedRef {
  return { ...RBAC, kind: 'RoleBinding', namespace: world.namespace, name: ACCOUNT };
}

function bindingTo(world: World, kind: 'Role' | 'ClusterRole', name: string): KubernetesObject {
  return {
    apiVersion: `${RBAC.group}/v1`,
    kind: 'RoleBinding',
    metadata: { name: ACCOUNT, namespace: world.namespace },
    roleRef: { apiGroup: RBAC.group, kind, name },
    subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace: fluxNamespace(world.namespace) }],
  };
}

async function create(world: World, object: KubernetesObject): Promise<void> {
  await world.view.client.create(object, BY);
}

/** Plays steps as a tenant. */
export async function asTenant(world: World, steps: (tenant: Tenant) => Promise<void>): Promise<void> {
  const { view, namespace } = world;
  const other = `${namespace}-other`;
  const own = fluxNamespace(namespace);
  const ofOther: VersionedRef = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: other };
  for (const name of [other, own]) await create(world, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  try {
    await create(world, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace: own } });
    await create(world, bindingTo(world, 'ClusterRole', 'admin'));
    await steps({
      other,
      theirs: (kind, name) => ({ ...world.ref(kind, name), namespace: other }),
      app: (spec = {}) =>
        world.app('flux', { path: 'app', spec: { serviceAccountName: ACCOUNT, targetNamespace: null, ...spec } }),
      disown: () => view.client.delete(binding(world)).then(() => undefined),
      mayOnly: async (verbs) => {
        const metadata = { name: ACCOUNT, namespace };
        const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: [...verbs] }];
        await view.client.delete(binding(world));
        await create(world, { apiVersion: `${RBAC.group}/v1`, kind: 'Role', metadata, rules });
        await create(world, bindingTo(world, 'Role', ACCOUNT));
      },
    });
  } finally {
    await view.client.delete(ofOther, { propagation: 'Background' });
  }
}

/** Fails where an object is there. */
export async function mustBeAbsent(world: World, ref: VersionedRef): Promise<void> {
  if ((await world.view.live(ref)) !== undefined) throw new Error(`${ref.kind} ${ref.namespace}/${ref.name} was made`);
}

/** A manifest that names its namespace. */
export function into(namespace: string, manifest: string): string {
  return manifest.includes('metadata: {')
    ? manifest.replace('metadata: {', `metadata: {namespace: ${namespace}, `)
    : manifest.replace('metadata:\n', `metadata:\n  namespace: ${namespace}\n`);
}

/** Everything that the owner of a Kustomization and its source can read about them. */
export async function readable(world: World, app: App): Promise<string> {
  const events = await world.view.client.listAll(
    { group: '', version: 'v1', kind: 'Event' },
    { namespace: app.ref.namespace },
  );
  const own = await Promise.all([app.ref, app.source].map((ref) => world.view.live(ref)));
  return JSON.stringify([own, events.items]);
}
