import type { KubernetesObject, VersionedRef } from '@capstan/object';
import type { App, AppOptions } from '../app.ts';
import { entriesAt, textAt, uidOf } from '../fields.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { configMap, deployment } from '../manifests.ts';
import { withProject } from '../project.ts';
import { scenario, type Scenario } from '../scenario.ts';
import { withSecondCluster, type Outage, type SecondCluster } from '../second-cluster.ts';
import type { World } from '../world.ts';

/** Declares a scenario that has a second cluster. */
function onTwo(name: string, run: (world: World, second: SecondCluster) => Promise<void>): Scenario {
  return scenario(`argo: ${name}`, 'argo', (world) => withSecondCluster(world, (second) => run(world, second)), [
    'second-cluster',
  ]);
}

function commit(world: World, level: string): Promise<string> {
  return world.repository.commit({ 'app/settings.yaml': configMap('settings', { LEVEL: level }) }, level);
}

/** An app of the scenario that goes to the second cluster, by its address unless told otherwise. */
function appOn(world: World, second: SecondCluster, name: string, options: Partial<AppOptions> = {}): Promise<App> {
  const destination = { server: second.server, namespace: world.namespace };
  return world.app('argo', { path: 'app', spec: { destination }, ...options }, name);
}

async function levelOf(view: World['view'], ref: VersionedRef): Promise<string> {
  return textAt(await view.live(ref), 'data', 'LEVEL');
}

/** All that an app says of itself while its cluster cannot be reached. */
async function saysUnreachable(world: World, app: App): Promise<void> {
  await app.complains(/ComparisonError Failed to load live state: failed to get cluster info for/, 90_000);
  const seen = await world.view.live(app.ref);
  if (textAt(seen, 'status', 'health', 'status') !== 'Unknown') throw new Error('its health is said to be known');
  if (textAt(seen, 'status', 'sync', 'status') !== 'Unknown') throw new Error('how it stands is said to be known');
  if (entriesAt(seen, 'status', 'resources').length === 0) throw new Error('its resources are listed no more');
}

/** More Applications than the controllers run at a time. */
const CROWD = 20;

/** Apps on both clusters; the second one goes down, a commit comes, the second one comes back. */
async function survives(world: World, second: SecondCluster, outage: Outage): Promise<void> {
  const settings = world.ref('ConfigMap', 'settings');
  const first = await commit(world, 'info');
  await second.declare();
  const away = await appOn(world, second, 'away');
  const home = await world.app('argo', { path: 'app' });
  await Promise.all([away.applied(first), home.applied(first)]);
  const uid = uidOf(await second.view.live(settings));
  const mend = second.breakDown(outage);
  try {
    const next = await commit(world, 'debug');
    // More turns than there are workers, all of them for the cluster that is down.
    await Promise.all(Array.from({ length: CROWD }, (_, index) => appOn(world, second, `crowd-${index}`)));
    await Promise.all([away.refresh(), home.refresh()]);
    await home.applied(next);
    await saysUnreachable(world, away);
    // It goes on while the other one is down: drift, and another commit.
    await world.edit(settings, { data: { LEVEL: 'drift' } });
    await world.view.present('drift at home is healed', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'debug');
    if ((await levelOf(second.view, settings)) !== 'info') throw new Error('the cluster was down, and was written to');
    mend();
    await away.applied(next);
  } finally {
    mend();
  }
  const live = await second.view.live(settings);
  if (uidOf(live) !== uid) throw new Error('the object was made anew');
  if (textAt(live, 'data', 'LEVEL') !== 'debug') throw new Error('the commit did not reach the cluster');
}

function event(seen: KubernetesObject, app: App, reason: string): boolean {
  return textAt(seen, 'involvedObject', 'name') === app.ref.name && textAt(seen, 'reason') === reason;
}

/** Several clusters: where Applications land, and what becomes of them when one is down or gone. */
export const clusterScenarios: readonly Scenario[] = [
  ...(['hangs', 'refuses', 'fails'] as const).map((outage) =>
    onTwo(
      `a cluster that ${outage} delays nothing on another; its Applications say so, and go on when it is back`,
      (world, second) => survives(world, second, outage),
    ),
  ),
  onTwo(
    'an Application lands on the cluster that it names, by address or by name, and not at home',
    async (world, second) => {
      const settings = world.ref('ConfigMap', 'settings');
      const at = await commit(world, 'info');
      const waiting = await appOn(world, second, 'early');
      await waiting.complains(/InvalidSpecError error getting cluster by server .* code = NotFound/);
      await second.declare();
      await waiting.applied(at);
      const named = await appOn(world, second, 'named', {
        spec: { destination: { name: second.name, namespace: world.namespace } },
      });
      await named.complains(/SharedResourceWarning/);
      if ((await levelOf(second.view, settings)) !== 'info') throw new Error('it is not on the cluster that it names');
      if ((await world.view.live(settings)) !== undefined) throw new Error('it is on the cluster that it lives in');
    },
  ),
  onTwo(
    'people see, compare and act on what is on another cluster, as far as they may and the project lets them',
    async (world, second) => {
      await withProject(world, {}, async (project) => {
        await second.declare();
        const at = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
        const app = await appOn(world, second, 'away', {
          spec: { project: project.name, destination: { server: second.server, namespace: world.namespace } },
        });
        await app.applied(at);
        const { name } = app.ref;
        mustEnd(await capstan(world, 'tree', name), 0, /Deployment\.apps \S+web {3}Synced, Healthy\n {3}└─ ReplicaSet/);
        mustEnd(await capstan(world, 'diff', name), 0, /Nothing would change/);
        const restarted = async (): Promise<string> =>
          textAt(
            await second.view.live(world.ref('Deployment', 'web')),
            ...['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'],
          );
        await project.change({ namespaceResourceBlacklist: [{ group: 'apps', kind: 'Deployment' }] });
        mustEnd(await capstan(world, 'act', name, 'Deployment/web', 'restart'), 13, /not permitted to manage/);
        if ((await restarted()) !== '') throw new Error('it was restarted against the project');
        await project.change({ namespaceResourceBlacklist: null });
        mustEnd(await capstan(world, 'act', name, 'Deployment/web', 'restart'), 0, /restart/);
        if ((await restarted()) === '') throw new Error('it was not restarted');
        if ((await world.view.live(world.ref('Deployment', 'web'))) !== undefined) throw new Error('it is at home');
        const mend = second.breakDown('refuses');
        const why = await capstan(world, 'why', name);
        mend();
        mustEnd(why, 0, /its objects cannot be looked at/);
      });
    },
  ),
  onTwo('drift on another cluster is healed', async (world, second) => {
    const settings = world.ref('ConfigMap', 'settings');
    const at = await commit(world, 'info');
    await second.declare();
    const app = await appOn(world, second, 'away');
    await app.applied(at);
    await second.view.client.patch(settings, { kind: 'merge', patch: { data: { LEVEL: 'drift' } } });
    await second.view.present('it is healed', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
    await second.view.client.delete(settings);
    await second.view.present('it is there again', settings);
  }),
  onTwo('an Application whose cluster is down is not let go until its objects are gone', async (world, second) => {
    const settings = world.ref('ConfigMap', 'settings');
    const at = await commit(world, 'info');
    await second.declare();
    const app = await appOn(world, second, 'away', { finalizer: true });
    await app.applied(at);
    const mend = second.breakDown('refuses');
    try {
      await saysUnreachableAfterLook(world, app);
      await app.remove();
      await app.complains(/DeletionError/);
      if ((await second.view.live(settings)) === undefined) throw new Error('an object went by itself');
    } finally {
      mend();
    }
    await app.gone();
    if ((await second.view.live(settings)) !== undefined) throw new Error('its object stayed behind');
  }),
  onTwo(
    'an Application whose cluster is declared no more is let go, its objects stay, and an event tells',
    async (world, second) => {
      const settings = world.ref('ConfigMap', 'settings');
      const at = await commit(world, 'info');
      await second.declare();
      const app = await appOn(world, second, 'away', { finalizer: true });
      await app.applied(at);
      await second.withdraw();
      await app.complains(/InvalidSpecError error getting cluster by server/);
      await app.remove();
      await app.gone();
      await world.view.untilSome('an event tells', { group: '', kind: 'Event' }, 'argocd', (seen) =>
        event(seen, app, 'ResourcesAbandoned'),
      );
      if ((await levelOf(second.view, settings)) !== 'info') throw new Error('its object went with it');
    },
  ),
  onTwo('an Application that moves to another cluster leaves its objects where they were', async (world, second) => {
    const settings = world.ref('ConfigMap', 'settings');
    const at = await commit(world, 'info');
    await second.declare();
    const app = await world.app('argo', { path: 'app' });
    await app.applied(at);
    await app.change({ destination: { server: second.server, namespace: world.namespace } });
    await second.view.present('it is on the other cluster', settings);
    await app.applied(at);
    if ((await levelOf(world.view, settings)) !== 'info') throw new Error('its objects did not stay');
  }),
  onTwo('a cluster confined to a namespace takes nothing else', async (world, second) => {
    const at = await commit(world, 'info');
    await second.declare({ namespaces: world.namespace });
    const app = await appOn(world, second, 'inside');
    await app.applied(at);
    const settings = world.ref('ConfigMap', 'settings');
    await second.view.client.patch(settings, { kind: 'merge', patch: { data: { LEVEL: 'drift' } } });
    await second.view.present('drift is seen', settings, (seen) => textAt(seen, 'data', 'LEVEL') === 'info');
    const outside = await appOn(world, second, 'outside', {
      spec: { destination: { server: second.server, namespace: 'default' } },
    });
    await outside.complains(/namespace "default" for ConfigMap "settings" is not managed/);
    await world.repository.commit(
      { 'wide/class.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: never-made}\n' },
      'without a namespace',
    );
    const wide = await appOn(world, second, 'wide', { path: 'wide' });
    await wide.complains(/cluster level Namespace "never-made" can not be managed when in namespaced mode/);
  }),
  onTwo('a name that two clusters have is refused', async (world, second) => {
    await commit(world, 'info');
    await second.declare({ name: 'in-cluster' });
    const server = 'https://kubernetes.default.svc';
    const app = await world.app('argo', {
      path: 'app',
      spec: { destination: { name: second.name, namespace: world.namespace } },
    });
    await app.complains(/there are no clusters with this name/);
    await app.change({ destination: { name: second.name, server, namespace: world.namespace } });
    await app.complains(/can't have both name and server defined/);
  }),
];

async function saysUnreachableAfterLook(world: World, app: App): Promise<void> {
  await app.refresh();
  await saysUnreachable(world, app);
}
