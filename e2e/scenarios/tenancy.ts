import type { JsonObject, VersionedRef } from '@capstan/object';
import type { App, AppOptions } from '../app.ts';
import { entriesAt, textAt, uidOf } from '../fields.ts';
import { configMap, job } from '../manifests.ts';
import { withProject } from '../project.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl-create' };
const ARGO = 'argocd.argoproj.io';
/** Told to nobody but its owner: it may stand in no status, condition or event of the tenant's. */
const CANARY = 'cGFzc3dvcmQtb2Ytc29tZWJvZHktZWxzZQ';

/** A tenant: a project that allows one namespace and one repository, beside somebody else's namespace. */
interface Tenant {
  readonly other: string;
  /** A reference into somebody else's namespace. */
  theirs(kind: string, name: string): VersionedRef;
  app(options?: Partial<AppOptions>): Promise<App>;
}

async function asTenant(world: World, steps: (tenant: Tenant) => Promise<void>): Promise<void> {
  const { view, namespace, url } = world;
  const other = `${namespace}-other`;
  const spec: JsonObject = {
    sourceRepos: [url],
    destinations: [{ server: 'https://kubernetes.default.svc', namespace }],
    clusterResourceWhitelist: null,
  };
  const ofOther: VersionedRef = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: other };
  await view.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: other } }, BY);
  try {
    await withProject(world, spec, (project) =>
      steps({
        other,
        theirs: (kind, name) => ({ ...world.ref(kind, name), namespace: other }),
        app: (options = {}) =>
          world.app('argo', {
            path: 'app',
            retry: { limit: 0 },
            ...options,
            spec: { project: project.name, ...options.spec },
          }),
      }),
    );
  } finally {
    await view.client.delete(ofOther, { propagation: 'Background' });
  }
}

async function mustBeAbsent(world: World, ref: VersionedRef): Promise<void> {
  if ((await world.view.live(ref)) !== undefined) throw new Error(`${ref.kind} ${ref.namespace}/${ref.name} was made`);
}

function into(namespace: string, manifest: string): string {
  return manifest.replace('metadata: {', `metadata: {namespace: ${namespace}, `);
}

/** Everything that an Application's owner can read about it. */
async function readable(world: World, app: App): Promise<string> {
  const object = await world.view.live(app.ref);
  const events = await world.view.client.listAll(
    { group: '', version: 'v1', kind: 'Event' },
    { namespace: 'argocd', fieldSelector: `involvedObject.name=${app.ref.name}` },
  );
  return JSON.stringify([object ?? null, events.items]);
}

/** What a tenant who wants more than the project allows can try. Everything here must come to nothing. */
export const tenancyScenarios: readonly Scenario[] = [
  scenario(
    'argo: a tenant writes nothing into another namespace, by a list or by a hook either',
    'argo',
    async (world) => {
      await asTenant(world, async (tenant) => {
        const { other } = tenant;
        const list = {
          apiVersion: 'v1',
          kind: 'List',
          items: [
            { apiVersion: 'v1', kind: 'ConfigMapList', items: [{ metadata: { name: 'nested', namespace: other } }] },
            { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed', namespace: other } },
          ],
        };
        const tries: Readonly<Record<string, string>> = {
          'plain.yaml': into(other, configMap('plain', { a: '1' })),
          'list.yaml': JSON.stringify(list),
          'hook.yaml': into(other, job('hook', { annotations: { [`${ARGO}/hook`]: 'PreSync' } })),
          'failure.yaml': into(other, configMap('failure', {}, { [`${ARGO}/hook`]: 'SyncFail' })),
        };
        let app: App | undefined;
        for (const [file, text] of Object.entries(tries)) {
          const gone = Object.keys(tries).map((name) => [`app/${name}`, null] as const);
          const own = { 'app/own.yaml': configMap('own', { turn: file }) };
          await world.repository.commit({ ...Object.fromEntries(gone), ...own, [`app/${file}`]: text }, file);
          app ??= await tenant.app();
          await app.refresh();
          await app.complains(new RegExp(`namespace ${other} is not permitted in project`));
        }
        for (const name of ['plain', 'nested', 'listed', 'failure'])
          await mustBeAbsent(world, tenant.theirs('ConfigMap', name));
        await mustBeAbsent(world, tenant.theirs('Job', 'hook'));
        // A sync that asks for too much applies none of it.
        await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
      });
    },
  ),
  scenario('argo: a tenant writes no cluster-scoped object, nor another Application', 'argo', async (world) => {
    await asTenant(world, async (tenant) => {
      const { namespace } = world;
      const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${namespace}-all}\nrules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]\n`;
      await world.repository.commit({ 'app/role.yaml': role }, 'role');
      const app = await tenant.app();
      await app.complains(/resource rbac.authorization.k8s.io:ClusterRole is not permitted in project/);
      const child = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${namespace}-child, namespace: argocd}\nspec: {project: default, destination: {server: 'https://kubernetes.default.svc', namespace: kube-system}, source: {repoURL: '${world.url}', path: app}}\n`;
      await world.repository.commit({ 'app/role.yaml': null, 'app/child.yaml': child }, 'child');
      await app.refresh();
      await app.complains(/namespace argocd is not permitted in project/);
      const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'ClusterRole', namespace: '' };
      await mustBeAbsent(world, { ...rbac, name: `${namespace}-all` });
      await mustBeAbsent(world, { ...app.ref, name: `${namespace}-child` });
    });
  }),
  scenario('argo: a tenant reads no other repository and goes to no other namespace', 'argo', async (world) => {
    await asTenant(world, async (tenant) => {
      await world.repository.commit(
        {
          'app/own.yaml': configMap('own', { a: '1' }),
          'app/.argocd-source.yaml': 'repoURL: https://down.example/x\n',
        },
        'first',
      );
      const app = await tenant.app({ url: `${world.url}/../repo.git` });
      await app.complains(/application repo .* is not permitted in project/);
      const destination = { server: 'https://kubernetes.default.svc', namespace: tenant.other };
      await app.change({ source: { repoURL: world.url, path: 'app', targetRevision: 'main' }, destination });
      await app.complains(/do not match any of the allowed destinations in project/);
      await app.change({
        destination: { ...destination, namespace: world.namespace },
        sources: [
          { repoURL: world.url, path: 'app', targetRevision: 'main' },
          { repoURL: 'https://down.example/x', path: 'app' },
        ],
      });
      await app.complains(/application repo https:\/\/down.example\/x is not permitted in project/);
      for (const ref of [tenant.theirs('ConfigMap', 'own'), world.ref('ConfigMap', 'own')])
        await mustBeAbsent(world, ref);
    });
  }),
  scenario(
    'argo: an object of somebody else that bears a tenant’s tracking id is neither shown nor pruned',
    'argo',
    async (world) => {
      await asTenant(world, async (tenant) => {
        const first = await world.repository.commit({ 'app/own.yaml': configMap('own', { a: '1' }) }, 'first');
        const app = await tenant.app({ finalizer: true });
        await app.applied(first);
        const id = `${app.ref.name}:/Secret:${tenant.other}/theirs`;
        const theirs = tenant.theirs('Secret', 'theirs');
        await world.view.client.create(
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: {
              name: 'theirs',
              namespace: tenant.other,
              annotations: { [`${ARGO}/tracking-id`]: id, note: CANARY },
            },
            stringData: { password: CANARY },
          },
          BY,
        );
        const before = uidOf(await world.view.live(theirs));
        await app.reconciled();
        await world.settled(theirs, app);
        const seen = await world.view.live(app.ref);
        const listed = entriesAt(seen, 'status', 'resources').map((entry) => textAt(entry, 'name'));
        if (listed.join() !== 'own') throw new Error(`its status lists ${listed.join()}`);
        if ((await readable(world, app)).includes(CANARY))
          throw new Error('the Secret’s value stands where the tenant reads');
        await app.remove();
        await app.gone();
        await world.view.until('its own object is gone', world.ref('ConfigMap', 'own'), (live) => live === undefined);
        if (uidOf(await world.view.live(theirs)) !== before) throw new Error('somebody else’s Secret was deleted');
      });
    },
  ),
  scenario('argo: a tenant’s manifest cannot bear the tracking id of another Application', 'argo', async (world) => {
    await asTenant(world, async (tenant) => {
      const forged = { [`${ARGO}/tracking-id`]: `somebody:/ConfigMap:${world.namespace}/own` };
      const first = await world.repository.commit({ 'app/own.yaml': configMap('own', { a: '1' }, forged) }, 'first');
      const app = await tenant.app();
      await app.applied(first);
      const own = await world.view.live(world.ref('ConfigMap', 'own'));
      const id = textAt(own, 'metadata', 'annotations', `${ARGO}/tracking-id`);
      if (id !== `${app.ref.name}:/ConfigMap:${world.namespace}/own`) throw new Error(`it bears ${id}`);
    });
  }),
  scenario(
    'argo: a tenant learns nothing of a Secret from a refusal, a difference or a failed sync',
    'argo',
    async (world) => {
      await asTenant(world, async (tenant) => {
        await world.view.client.create(
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'mine', namespace: world.namespace },
            type: 'Opaque',
            immutable: true,
            stringData: { password: CANARY },
          },
          BY,
        );
        await world.repository.commit(
          {
            'app/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: mine}\nimmutable: true\nstringData: {password: ${CANARY}-of-git}\n`,
          },
          'first',
        );
        const app = await tenant.app();
        await app.complains(/^Failed one or more objects failed to apply/);
        const text = await readable(world, app);
        const shown = [CANARY, Buffer.from(CANARY).toString('base64')].filter((value) => text.includes(value));
        if (shown.length > 0) throw new Error('a value of the Secret stands where the tenant reads');
      });
    },
  ),
  scenario('argo: a kind that the project denies stops the whole sync, its hooks included', 'argo', async (world) => {
    await withProject(world, {}, async (project) => {
      const slow = job('first', { annotations: { [`${ARGO}/hook`]: 'PreSync' } });
      await world.repository.commit({ 'app/first.yaml': slow, 'app/own.yaml': configMap('own', { a: '1' }) }, 'first');
      await project.change({ namespaceResourceBlacklist: [{ group: '', kind: 'ConfigMap' }] });
      const app = await world.app('argo', { path: 'app', retry: { limit: 0 }, spec: { project: project.name } });
      await app.complains(/resource :ConfigMap is not permitted in project/);
      await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
      await mustBeAbsent(world, world.ref('Job', 'first'));
    });
  }),
  scenario('argo: no metadata is laid on a namespace that the project does not allow', 'argo', async (world) => {
    await asTenant(world, async (tenant) => {
      await world.repository.commit({ 'app/own.yaml': configMap('own', { a: '1' }) }, 'first');
      const app = await tenant.app({
        syncOptions: ['CreateNamespace=true'],
        spec: {
          destination: { server: 'https://kubernetes.default.svc', namespace: tenant.other },
          syncPolicy: {
            automated: {},
            syncOptions: ['CreateNamespace=true'],
            managedNamespaceMetadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
          },
        },
      });
      await app.complains(/do not match any of the allowed destinations in project/);
      const seen = await world.view.live({
        group: '',
        version: 'v1',
        kind: 'Namespace',
        namespace: '',
        name: tenant.other,
      });
      if (textAt(seen, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce') !== '')
        throw new Error('a foreign namespace was labelled');
    });
  }),
  scenario('argo: manifests that reach out of the repository are refused', 'argo', async (world) => {
    await asTenant(world, async (tenant) => {
      await world.repository.commit(
        {
          'app/kustomization.yaml': 'resources: [../../../../etc/passwd]\n',
          'app/own.yaml': configMap('own', { a: '1' }),
        },
        'first',
      );
      const app = await tenant.app();
      await app.complains(/ComparisonError/);
      await app.change({ source: { repoURL: world.url, path: '../../etc', targetRevision: 'main' } });
      await app.complains(/app path|outside|\.\./);
      if (/root:x|daemon/.test(await readable(world, app))) throw new Error('a file of the machine was read');
      await mustBeAbsent(world, world.ref('ConfigMap', 'own'));
    });
  }),
];
