import type { KubernetesObject, VersionedRef } from '@capstan/object';
import { removeObject } from '../app.ts';
import { entriesAt, textAt } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { withProject, withSettings } from '../project.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const always = { schedule: '* * * * *', duration: '1h', applications: ['*'] };

const paused = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  paused: true
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;

/** What an AppProject allows, and when. */
export const projectScenarios: readonly Scenario[] = [
  scenario('argo: closed windows keep automation and people out until they open', 'argo', async (world) => {
    await withProject(world, { syncWindows: [{ kind: 'deny', ...always }] }, async (project) => {
      const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
      const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
      await app.outOfSync();
      await world.view.client.patch(
        app.ref,
        { kind: 'merge', patch: { operation: { initiatedBy: { username: 'admin' }, sync: { revision: commit } } } },
        { fieldManager: 'kubectl-patch' },
      );
      await app.complains(/^Running Sync operation blocked by sync window$/);
      if ((await world.view.live(world.ref('ConfigMap', 'a'))) !== undefined) throw new Error('it was synced');
      // A window that cannot be read keeps everybody out, and says why.
      await project.change({ syncWindows: [{ kind: 'deny', ...always, schedule: '* * * * 7' }] });
      await app.complains(
        /^Running Sync operation blocked by sync window: invalid sync windows: cannot parse schedule/,
      );
      await project.change({ syncWindows: [{ kind: 'deny', ...always, manualSync: true }] });
      await app.applied(commit);
      const second = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'w' }) }, 'second');
      await app.refresh();
      await app.outOfSync();
      await project.change({ syncWindows: [] });
      await app.applied(second);
    });
  }),

  scenario(
    'argo: a project that permits its own clusters only keeps its Applications off the others',
    'argo',
    async (world) => {
      await withProject(world, { destinations: [{ server: '*', namespace: '!kube-*' }] }, async (project) => {
        const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
        const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
        await app.applied(commit);
        await project.change({ permitOnlyProjectScopedClusters: true });
        await app.complains(/^InvalidSpecError application destination server .* do not match any of the allowed/);
        const seen = await world.view.live(app.ref);
        if (textAt(seen, 'status', 'sync', 'status') !== 'Unknown') throw new Error('it is still compared');
        await project.change({ permitOnlyProjectScopedClusters: false });
        await app.applied(commit);
      });
    },
  ),

  scenario('argo: syncs write as the service account that the project names', 'argo', async (world) => {
    const { view, namespace } = world;
    const destinationServiceAccounts = [{ server: '*', namespace, defaultServiceAccount: 'deployer' }];
    await withSettings(
      world,
      { 'application.sync.impersonation.enabled': 'true', 'application.sync.impersonation.enforced': 'false' },
      () =>
        withProject(world, { destinationServiceAccounts }, async (project) => {
          const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
          const app = await world.app('argo', { path: 'app', retry: { limit: 0 }, spec: { project: project.name } });
          await app.complains(new RegExp(`User "system:serviceaccount:${namespace}:deployer" cannot `));
          if ((await view.live(world.ref('ConfigMap', 'a'))) !== undefined) throw new Error('it was written');
          await grant(world, 'deployer');
          await view.client.patch(
            app.ref,
            { kind: 'merge', patch: { operation: { sync: { revision: commit } } } },
            { fieldManager: 'kubectl-patch' },
          );
          await app.applied(commit);
          await project.change({
            destinationServiceAccounts: [{ server: '*', namespace, defaultServiceAccount: 'a*' }],
          });
          await view.client.patch(
            app.ref,
            { kind: 'merge', patch: { operation: { sync: { revision: commit } } } },
            { fieldManager: 'kubectl-patch' },
          );
          await app.complains(/default service account contains invalid chars 'a\*'/);
        }),
    );
  }),

  scenario(
    'argo: Applications of other namespaces are served as far as settings and project let them',
    'argo',
    async (world) => {
      const { view, namespace, url } = world;
      const ref: VersionedRef = {
        group: 'argoproj.io',
        version: 'v1alpha1',
        kind: 'Application',
        namespace,
        name: 'team-app',
      };
      await withProject(world, {}, async (project) => {
        const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
        await view.client.create(
          {
            apiVersion: 'argoproj.io/v1alpha1',
            kind: 'Application',
            metadata: { name: ref.name, namespace, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
            spec: {
              project: project.name,
              source: { repoURL: url, targetRevision: 'main', path: 'app' },
              destination: { server: 'https://kubernetes.default.svc', namespace },
              syncPolicy: { automated: {} },
            },
          },
          { fieldManager: 'kubectl-create' },
        );
        await withSettings(
          world,
          { 'application.namespaces': namespace },
          async () => {
            const refused = await view.present('the project refuses it', ref, (seen) =>
              entriesAt(seen, 'status', 'conditions').some(({ type }) => type === 'UnknownError'),
            );
            const [condition] = entriesAt(refused, 'status', 'conditions');
            const expected = `application 'team-app' in namespace '${namespace}' is not permitted to use project '${project.name}'`;
            if (textAt(condition, 'message') !== expected) throw new Error(`it says ${textAt(condition, 'message')}`);
            await project.change({ sourceNamespaces: [namespace] });
            await view.present(
              'it is synced',
              ref,
              (seen) =>
                textAt(seen, 'status', 'sync', 'status') === 'Synced' &&
                textAt(seen, 'status', 'sync', 'revision') === commit,
            );
            const live = await view.live(world.ref('ConfigMap', 'a'));
            const id = textAt(live, 'metadata', 'annotations', 'argocd.argoproj.io/tracking-id');
            if (id !== `${namespace}_team-app:/ConfigMap:${namespace}/a`) throw new Error(`it is tracked by ${id}`);
            await view.client.delete(world.ref('ConfigMap', 'a'), { propagation: 'Background' });
            await view.present(
              'it is out of sync',
              ref,
              (seen) => textAt(seen, 'status', 'sync', 'status') === 'OutOfSync',
            );
            await view.client.patch(
              ref,
              { kind: 'merge', patch: { operation: { sync: { revision: commit } } } },
              { fieldManager: 'kubectl-patch' },
            );
            await view.present('it is there again', world.ref('ConfigMap', 'a'), () => true);
            await removeObject(view, ref);
            await view.until('its objects go with it', world.ref('ConfigMap', 'a'), (seen) => seen === undefined);
            await view.until('it is gone', ref, (seen) => seen === undefined);
          },
          'argocd-cmd-params-cm',
        );
      });
    },
  ),

  scenario('argo: a project with a finalizer stays until its last Application is gone', 'argo', async (world) => {
    await withProject(world, {}, async (project) => {
      const { view } = world;
      const finalizers = ['resources-finalizer.argocd.argoproj.io'];
      await view.client.patch(
        project.ref,
        { kind: 'merge', patch: { metadata: { finalizers } } },
        { fieldManager: 'kubectl-patch' },
      );
      const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
      const app = await world.app('argo', { path: 'app', finalizer: true, spec: { project: project.name } });
      await app.applied(commit);
      await removeObject(view, project.ref);
      await app.reconciled();
      if ((await view.live(project.ref)) === undefined) throw new Error('the project went before its Application');
      await app.remove();
      await app.gone();
      await view.until('the project is gone', project.ref, (seen) => seen === undefined);
      if ((await view.live(world.ref('ConfigMap', 'a'))) !== undefined) throw new Error('an object was left behind');
    });
  }),

  scenario(
    'argo: what belongs to nobody in its namespace is told where the project asks for it',
    'argo',
    async (world) => {
      await withProject(world, { orphanedResources: { warn: true } }, async (project) => {
        const { view, namespace } = world;
        const commit = await world.repository.commit({ 'app/a.yaml': configMap('a', { k: 'v' }) }, 'first');
        const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
        await app.applied(commit);
        const warns = (seen: KubernetesObject | undefined): boolean =>
          entriesAt(seen, 'status', 'conditions').some(({ type }) => type === 'OrphanedResourceWarning');
        if (warns(await view.live(app.ref))) throw new Error('it warns of what every namespace has');
        await view.client.create(
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stray', namespace } },
          { fieldManager: 'kubectl-create' },
        );
        await app.complains(/^OrphanedResourceWarning Application has 1 orphaned resources$/);
        await removeObject(view, world.ref('ConfigMap', 'stray'));
        await view.until('it no longer warns', app.ref, (seen) => !warns(seen));
      });
    },
  ),

  scenario('argo: a project that is narrowed while a sync runs stops it', 'argo', async (world) => {
    await withProject(world, {}, async (project) => {
      const { view } = world;
      await world.repository.commit(
        {
          // A paused Deployment is not healthy: the next wave waits for it.
          'app/web.yaml': paused,
          'app/a.yaml': configMap('a', { k: 'v' }, { 'argocd.argoproj.io/sync-wave': '1' }),
        },
        'first',
      );
      const app = await world.app('argo', { path: 'app', retry: { limit: 0 }, spec: { project: project.name } });
      await app.complains(/^Running waiting for healthy state of apps\/Deployment\/web/);
      await project.change({ namespaceResourceBlacklist: [{ group: '', kind: 'ConfigMap' }] });
      await app.complains(/^Failed .*resource :ConfigMap is not permitted in project /);
      if ((await view.live(world.ref('ConfigMap', 'a'))) !== undefined) throw new Error('it was written all the same');
      if ((await view.live(world.ref('Deployment', 'web'))) === undefined) throw new Error('something was pruned');
    });
  }),
];

/** Lets a service account of the scenario's namespace write ConfigMaps there. */
async function grant({ view, namespace }: World, name: string): Promise<void> {
  const metadata = { name, namespace };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }];
  const by = { fieldManager: 'kubectl-create' };
  const rbac = 'rbac.authorization.k8s.io';
  await view.client.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules }, by);
  await view.client.create(
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    by,
  );
}
