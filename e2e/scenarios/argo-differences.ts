import { getPath, type JsonObject } from '@capstan/object';
import type { App, AppOptions } from '../app.ts';
import { textAt, uidOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** A Deployment and a ConfigMap, applied by an Application that ignores some differences. */
async function ignoring(world: World, rules: readonly JsonObject[], options: Partial<AppOptions> = {}): Promise<App> {
  const first = await world.repository.commit(
    {
      'app/web.yaml': deployment('web', { replicas: 2 }),
      'app/settings.yaml': configMap('settings', { LEVEL: 'info', COLOR: 'red' }),
    },
    'first',
  );
  const app = await world.app('argo', { path: 'app', spec: { ignoreDifferences: rules }, ...options });
  await app.applied(first);
  return app;
}

async function replicasOf(world: World): Promise<unknown> {
  return getPath(await world.view.live(world.ref('Deployment', 'web')), 'spec', 'replicas');
}

async function isSynced(world: World, app: App): Promise<boolean> {
  return textAt(await world.view.live(app.ref), 'status', 'sync', 'status') === 'Synced';
}

const replicas: JsonObject = { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] };

/** A change of the ConfigMap, which makes a sync. */
async function change(world: World): Promise<string> {
  return world.repository.commit({ 'app/settings.yaml': configMap('settings', { LEVEL: 'warn', COLOR: 'red' }) }, 'on');
}

/** Which differences count, and what a sync does about those that do not. */
export const argoDifferenceScenarios: readonly Scenario[] = [
  scenario('argo: an ignored field is no drift, and the field beside it is healed', 'argo', async (world) => {
    const app = await ignoring(world, [replicas]);
    const web = world.ref('Deployment', 'web');
    await world.edit(web, { spec: { replicas: 5 } });
    await app.reconciled();
    await world.settled(web, app);
    if ((await replicasOf(world)) !== 5) throw new Error('an ignored field was healed');
    if (!(await isSynced(world, app))) throw new Error('an ignored field counts as drift');
    const settings = world.ref('ConfigMap', 'settings');
    await world.edit(settings, { data: { COLOR: 'blue' } });
    await world.view.present('the colour is back', settings, (seen) => textAt(seen, 'data', 'COLOR') === 'red');
  }),
  scenario('argo: an ignored field is set again by the next sync', 'argo', async (world) => {
    const app = await ignoring(world, [replicas]);
    await world.edit(world.ref('Deployment', 'web'), { spec: { replicas: 5 } });
    await app.reconciled();
    const second = await change(world);
    await app.refresh();
    await app.applied(second);
    if ((await replicasOf(world)) !== 2) throw new Error('a sync left an ignored field though nothing told it to');
  }),
  scenario('argo: a sync that respects ignored differences leaves the field alone', 'argo', async (world) => {
    const app = await ignoring(world, [replicas], { syncOptions: ['RespectIgnoreDifferences=true'] });
    await world.edit(world.ref('Deployment', 'web'), { spec: { replicas: 5 } });
    await app.reconciled();
    const second = await change(world);
    await app.refresh();
    await app.applied(second);
    if ((await replicasOf(world)) !== 5) throw new Error('a sync set an ignored field');
  }),
  scenario('argo: fields of a trusted manager are no drift, those of another are', 'argo', async (world) => {
    const rules = [{ group: 'apps', kind: 'Deployment', managedFieldsManagers: ['autoscaler'] }];
    const app = await ignoring(world, rules, { selfHeal: false });
    const web = world.ref('Deployment', 'web');
    await world.edit(web, { spec: { replicas: 5 } }, 'autoscaler');
    await app.reconciled();
    await world.settled(web, app);
    if (!(await isSynced(world, app))) throw new Error('a field of a trusted manager counts as drift');
    await world.edit(web, { spec: { replicas: 6 } }, 'somebody');
    await app.outOfSync();
  }),
  scenario('argo: a jq expression ignores what it selects, and nothing beside it', 'argo', async (world) => {
    const jqPathExpressions = [
      '.spec.template.spec.containers[] | select(.name == "web") | .env[]? | select(.name == "MODE")',
    ];
    const app = await ignoring(world, [{ group: 'apps', kind: 'Deployment', jqPathExpressions }], { selfHeal: false });
    const web = world.ref('Deployment', 'web');
    const env = (value: string): JsonObject => ({
      spec: { template: { spec: { containers: [{ name: 'web', env: [{ name: 'MODE', value }] }] } } },
    });
    await world.edit(web, env('other'));
    await app.reconciled();
    await world.settled(web, app);
    if (!(await isSynced(world, app))) throw new Error('what the expression selects counts as drift');
    await world.edit(web, { spec: { replicas: 5 } });
    await app.outOfSync();
    await app.change({ ignoreDifferences: [{ group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec ['] }] });
    await app.complains(/ComparisonError Failed to compare desired state to live state: .*jq/);
  }),
  scenario('argo: a rule for another object or another kind ignores nothing', 'argo', async (world) => {
    const rules = [
      { ...replicas, name: 'api' },
      { ...replicas, kind: 'StatefulSet' },
    ];
    const app = await ignoring(world, rules, { selfHeal: false });
    await world.edit(world.ref('Deployment', 'web'), { spec: { replicas: 5 } });
    await app.outOfSync();
  }),
  scenario('argo: a server-side diff finds drift, and none where there is none', 'argo', async (world) => {
    const annotations = { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' };
    const app = await ignoring(world, [], { selfHeal: false, annotations, syncOptions: ['ServerSideApply=true'] });
    const settings = world.ref('ConfigMap', 'settings');
    await app.reconciled();
    await world.settled(settings, app);
    if (!(await isSynced(world, app))) throw new Error('an object that nobody touched is OutOfSync');
    await world.edit(settings, { data: { LEVEL: 'trace' } });
    await app.outOfSync();
  }),
  scenario(
    'argo: an object below others that asks not to be followed makes no work, and drift beside it is healed',
    'argo',
    async (world) => {
      const app = await ignoring(world, []);
      const settings = world.ref('ConfigMap', 'settings');
      const owner = await world.view.live(settings);
      const beat = world.ref('ConfigMap', 'beat');
      await world.view.client.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: beat.name,
          namespace: beat.namespace,
          annotations: { 'argocd.argoproj.io/ignore-resource-updates': 'true' },
          ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: settings.name, uid: uidOf(owner) }],
        },
      });
      await app.reconciled();
      await world.settled(beat, app);
      const before = world.writes().length;
      for (let count = 1; count <= 5; count++) await world.edit(beat, { data: { COUNT: String(count) } });
      await world.settled(beat, app);
      const written = world.writes().slice(before);
      if (written.length > 0) throw new Error(`it was written: ${written.map(({ resource }) => resource).join(', ')}`);
      if (textAt(await world.view.live(beat), 'data', 'COUNT') !== '5')
        throw new Error('what nobody asked for was changed');
      await world.edit(settings, { data: { COLOR: 'blue' } });
      await world.view.present('the colour is back', settings, (seen) => textAt(seen, 'data', 'COLOR') === 'red');
    },
  ),
];
