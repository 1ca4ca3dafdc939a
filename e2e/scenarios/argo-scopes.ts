import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { removeObject, type App } from '../app.ts';
import { ask, ended, mustStand, waits } from '../argo-operation.ts';
import { textAt } from '../fields.ts';
import { configMap, hopelessDeployment } from '../manifests.ts';
import { withProject, withSettings } from '../project.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import { withSecondCluster } from '../second-cluster.ts';
import type { World } from '../world.ts';

const BY = { fieldManager: 'kubectl-create' };

/** Declares a repository by a Secret, for one project, while steps run. */
async function withRepository(world: World, project: string, steps: () => Promise<void>): Promise<void> {
  const name = `${world.namespace}-repository`;
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'repository' } },
    stringData: { type: 'git', url: world.url, project },
  };
  await world.view.client.create(secret, BY);
  try {
    await steps();
  } finally {
    await removeObject(world.view, { group: '', version: 'v1', kind: 'Secret', namespace: 'argocd', name });
  }
}

/** Waits until an Application that is refused has been looked at once more. */
async function lookedAgain(world: World, app: App): Promise<void> {
  await app.refresh();
  await world.view.present(
    'it has been looked at again',
    app.ref,
    (seen) => textAt(seen, 'metadata', 'annotations', 'argocd.argoproj.io/refresh') === '',
  );
}

/** So long before a sync a window has closed that is to keep it out. */
const EARLIER_MS = 2 * 60 * 60_000;

/**
 * A window that was open when `at` passed, and has closed a second later. It has opened in the minute before: at the very
 * second that it is scheduled for a window is closed still.
 */
function justClosed(at: Date): JsonObject {
  const opened = new Date(at.getTime() - 60_000);
  const schedule = `${opened.getUTCMinutes()} ${opened.getUTCHours()} * * *`;
  const duration = `${60 + at.getUTCSeconds() + 1}s`;
  return { kind: 'allow', schedule, duration, timeZone: 'UTC', applications: ['*'] };
}

/** What belongs to one project alone, what one project lays on others, and what a project does while a sync runs. */
export const argoScopeScenarios: readonly Scenario[] = [
  scenario('argo: a repository of a project is its own, and no other project may use it', 'argo', async (world) => {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
    await withProject(world, { sourceRepos: ['https://nowhere.example/*'] }, async (project) => {
      const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
      await app.complains(/application repo \S+ is not permitted in project/);
      await withRepository(world, 'somebody-else', async () => {
        await lookedAgain(world, app);
        await app.complains(/application repo \S+ is not permitted in project/);
        await mustStand(world, 'ConfigMap', 'one', false, 'the repository is another project’s');
      });
      await withRepository(world, project.name, async () => {
        await app.refresh();
        await app.applied(first);
      });
    });
  }),
  scenario(
    'argo: a cluster of a project is its own, and no other project may go there',
    'argo',
    (world) =>
      withSecondCluster(world, async (second) => {
        const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
        const nowhere = { destinations: [{ server: 'https://nowhere.example', namespace: '*' }] };
        await withProject(world, nowhere, async (project) => {
          const destination = { server: second.server, namespace: world.namespace };
          await second.declare({ project: 'somebody-else' });
          const app = await world.app('argo', { path: 'app', spec: { project: project.name, destination } });
          await app.complains(/do not match any of the allowed destinations in project/);
          if ((await second.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
            throw new Error('it went to another project’s cluster');
          await second.declare({ project: project.name });
          await app.refresh();
          await app.applied(first);
          await second.view.present('it is on the project’s cluster', world.ref('ConfigMap', 'one'));
        });
      }),
    ['second-cluster'],
  ),
  lonely('argo: what a global project denies is denied to the projects that it speaks of', 'argo', async (world) => {
    const { view, namespace } = world;
    const global = { group: 'argoproj.io', version: 'v1alpha1', kind: 'AppProject', namespace: 'argocd' };
    const name = `${namespace}-global`;
    await view.client.create(
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AppProject',
        metadata: { name, namespace: 'argocd' },
        spec: { namespaceResourceBlacklist: [{ group: '', kind: 'ConfigMap' }] },
      },
      BY,
    );
    const selector = { labelSelector: { matchLabels: { tier: namespace } }, projectName: name };
    try {
      await withSettings(world, { globalProjects: JSON.stringify([selector]) }, async () => {
        await world.startControllers();
        await withProject(world, {}, async (project) => {
          const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
          await world.edit(project.ref, { metadata: { labels: { tier: namespace } } });
          const app = await world.app('argo', { path: 'app', retry: { limit: 0 }, spec: { project: project.name } });
          await app.complains(/resource :ConfigMap is not permitted in project/);
          await mustStand(world, 'ConfigMap', 'one', false, 'the global project denies it');
          await world.edit(project.ref, { metadata: { labels: { tier: null } } });
          await ask(world, app, { revision: first });
          await ended(world, app, 'Succeeded');
          await world.clean();
        });
      });
    } finally {
      await removeObject(view, { ...global, name });
    }
  }),
  ...([true, false] as const).map((syncOverrun) =>
    scenario(
      syncOverrun
        ? 'argo: a sync goes on beyond its window where that lets it'
        : 'argo: a sync is held where its window closes and does not let it go on',
      'argo',
      async (world) => {
        await withProject(world, {}, async (project) => {
          const first = await world.repository.commit(
            {
              'app/web.yaml': hopelessDeployment('web'),
              'app/late.yaml': configMap('late', {}, { 'argocd.argoproj.io/sync-wave': '1' }),
            },
            'first',
          );
          const app = await world.app('argo', { path: 'app', automated: false, spec: { project: project.name } });
          await ask(world, app, { revision: first });
          await waits(world, app, /waiting for healthy state of apps\/Deployment\/web/);
          const started = await world.view.live(app.ref);
          const begun = new Date(textAt(started, 'status', 'operationState', 'startedAt'));
          await project.change({ syncWindows: [{ ...justClosed(begun), syncOverrun }] });
          if (!syncOverrun) await waits(world, app, /^Sync operation blocked by sync window$/);
          await world.edit(world.ref('Deployment', 'web'), { spec: { template: { spec: { nodeSelector: null } } } });
          if (syncOverrun) {
            await ended(world, app, 'Succeeded');
            await mustStand(world, 'ConfigMap', 'late', true, 'the sync may go on');
            // The first sync may have ended within the window's last second.
            const earlier = new Date(begun.getTime() - EARLIER_MS);
            await project.change({ syncWindows: [{ ...justClosed(earlier), syncOverrun }] });
            await ask(world, app, { revision: first });
            await waits(world, app, /^Sync operation blocked by sync window$/);
          } else {
            await world.view.present(
              'the Deployment is healthy',
              world.ref('Deployment', 'web'),
              (seen) => available(seen) === 1,
            );
            await world.settled(world.ref('Deployment', 'web'), app);
            await mustStand(world, 'ConfigMap', 'late', false, 'the window has closed');
            await project.change({ syncWindows: [] });
            await ended(world, app, 'Succeeded');
          }
        });
      },
    ),
  ),
  lonely(
    'argo: where impersonation is enforced nobody’s rights are used in place of an account’s',
    'argo',
    async (world) => {
      const settings = { 'application.sync.impersonation.enabled': 'true' };
      await withSettings(world, settings, async () => {
        await world.startControllers();
        await withProject(world, {}, async (project) => {
          await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
          const app = await world.app('argo', { path: 'app', retry: { limit: 0 }, spec: { project: project.name } });
          await app.complains(/no matching service account found for destination server \S+ and namespace/);
          await mustStand(world, 'ConfigMap', 'one', false, 'the project names no account');
          await world.clean();
        });
      });
    },
  ),
];

function available(seen: KubernetesObject): unknown {
  return getPath(seen, 'status', 'availableReplicas');
}
