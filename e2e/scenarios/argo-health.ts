import { textAt } from '../fields.ts';
import { capstan, mustEnd } from '../capstan.ts';
import { withGadgets } from '../gadgets.ts';
import { configMap, deployment } from '../manifests.ts';
import { withProject, withSettings } from '../project.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';

const script = `hs = {}
if obj.spec.state == "good" then hs.status = "Healthy" else hs.status = "Degraded" end
hs.message = "it is " .. obj.spec.state
return hs`;

const discovery = `actions = {}
actions["mend"] = {["disabled"] = obj.spec.state == "good"}
return actions`;
const action = `obj.spec.state = "good"\nreturn obj`;

/** Checks and actions that operators write themselves, and what they may ignore of every app's objects. */
export const argoHealthScenarios: readonly Scenario[] = [
  lonely(
    'argo: a kind is judged by the operator’s own check, and one that never ends holds up nobody',
    'argo',
    async (world) => {
      await withGadgets(world, async ({ define, group, manifest, ref }) => {
        await define();
        const custom = `resource.customizations.health.${group}_Gadget`;
        await withSettings(world, { [custom]: script }, async () => {
          await world.startControllers();
          const first = await world.repository.commit({ 'app/g.yaml': manifest('g', { state: 'good' }) }, 'first');
          const app = await world.app('argo', { path: 'app' });
          await app.applied(first);
          await world.repository.commit({ 'app/g.yaml': manifest('g', { state: 'bad' }) }, 'bad');
          await app.refresh();
          await world.view.present(
            'the app is Degraded',
            app.ref,
            (seen) => textAt(seen, 'status', 'health', 'status') === 'Degraded',
          );
          mustEnd(await capstan(world, 'tree', app.ref.name), 0, /Synced, Degraded {3}it is bad/);
          mustEnd(await capstan(world, 'why', app.ref.name), 0, /it is bad/);
          await withSettings(world, { [custom]: 'while true do end' }, async () => {
            await world.view.present(
              'the app’s health is unknown',
              app.ref,
              (seen) => textAt(seen, 'status', 'health', 'status') === 'Unknown',
            );
            const other = await world.repository.commit({ 'other/one.yaml': configMap('one', {}) }, 'another');
            const beside = await world.app('argo', { path: 'other' }, 'beside');
            await beside.applied(other);
          });
          await world.view.client.get(ref('g'));
          await world.clean();
        });
      });
    },
  ),
  lonely(
    'argo: what settings ignore of a kind is no drift in any app, and the field beside it is',
    'argo',
    async (world) => {
      await withGadgets(world, async ({ define, group, manifest, ref }) => {
        await define();
        const custom = `resource.customizations.ignoreDifferences.${group}_Gadget`;
        const rules = JSON.stringify({
          jsonPointers: ['/spec/size'],
          jqPathExpressions: ['.spec.list[]? | select(. == "x")'],
        });
        await withSettings(world, { [custom]: rules }, async () => {
          await world.startControllers();
          const first = await world.repository.commit(
            { 'app/g.yaml': manifest('g', { size: 1, color: 'red' }) },
            'first',
          );
          const app = await world.app('argo', { path: 'app', selfHeal: false });
          await app.applied(first);
          await world.edit(ref('g'), { spec: { size: 5 } });
          await app.reconciled();
          await world.settled(ref('g'), app);
          if (textAt(await world.view.live(app.ref), 'status', 'sync', 'status') !== 'Synced')
            throw new Error('a field that settings ignore counts as drift');
          await world.edit(ref('g'), { spec: { color: 'blue' } });
          await app.outOfSync();
          await world.clean();
        });
      });
    },
  ),
  scenario('argo: an action restarts a workload, unless the project denies what it writes', 'argo', async (world) => {
    await withProject(world, {}, async (project) => {
      const first = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
      const app = await world.app('argo', { path: 'app', spec: { project: project.name } });
      await app.applied(first);
      const restarted = async (): Promise<string> =>
        textAt(
          await world.view.live(world.ref('Deployment', 'web')),
          ...['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'],
        );
      const { name } = app.ref;
      await project.change({ namespaceResourceBlacklist: [{ group: 'apps', kind: 'Deployment' }] });
      const refused = await capstan(world, 'act', name, 'Deployment/web', 'restart');
      if (refused.code === 0 || (await restarted()) !== '') throw new Error('it was restarted against the project');
      await project.change({ namespaceResourceBlacklist: null });
      mustEnd(await capstan(world, 'act', name, 'Deployment/web', 'restart'), 0, /restart/);
      if ((await restarted()) === '') throw new Error('it was not restarted');
      await app.reconciled();
      await app.applied(first);
    });
  }),
  lonely('argo: an operator’s own action runs where it is enabled, and nowhere else', 'argo', async (world) => {
    await withGadgets(world, async ({ define, group, manifest, ref }) => {
      await define();
      const custom = `resource.customizations.actions.${group}_Gadget`;
      const definitions = [{ name: 'mend', 'action.lua': action }];
      const settings = { [custom]: JSON.stringify({ 'discovery.lua': discovery, definitions }) };
      await withSettings(world, settings, async () => {
        await world.startControllers();
        const first = await world.repository.commit({ 'app/g.yaml': manifest('g', { state: 'bad' }) }, 'first');
        const app = await world.app('argo', { path: 'app', selfHeal: false });
        await app.applied(first);
        const { name } = app.ref;
        mustEnd(await capstan(world, 'act', name, 'Gadget/g', 'mend'), 0, /mend/);
        if (textAt(await world.view.live(ref('g')), 'spec', 'state') !== 'good') throw new Error('it was not mended');
        await app.outOfSync();
        const again = await capstan(world, 'act', name, 'Gadget/g', 'mend');
        if (again.code === 0) throw new Error('an action that is disabled ran');
        await world.clean();
      });
    });
  }),
];
