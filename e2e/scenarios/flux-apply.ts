import { entriesAt, textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { lonely, scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A ConfigMap in the cluster, made by somebody; `more` is added by a manager of its own. */
async function makeBefore(world: World, manager: string, more: string): Promise<string> {
  const ref = world.ref('ConfigMap', 'one');
  const metadata = { name: 'one', namespace: world.namespace, annotations: { [LAST_APPLIED]: '{}' } };
  await world.view.client.create(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'before', mine: manager } },
    { fieldManager: manager },
  );
  return uidOf(await world.edit(ref, { data: { theirs: more } }, more));
}

async function withObjects(world: World, play: (commit: string) => Promise<void>): Promise<void> {
  const files = {
    'app/one.yaml': configMap('one', { a: 'git' }),
    'app/broken.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 100000}]}\n',
  };
  await play(await world.repository.commit(files, 'first'));
}

/** How objects are applied: whose fields are taken, in which stages, with which metadata. */
export const fluxApplyScenarios: readonly Scenario[] = [
  scenario(
    'flux: what kubectl made is taken over in place, and what other managers added stays',
    'flux',
    async (world) => {
      const uid = await makeBefore(world, 'kubectl-create', 'operator');
      const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: 'git' }) }, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      const live = await world.view.live(world.ref('ConfigMap', 'one'));
      if (uidOf(live) !== uid) throw new Error('it was made anew');
      if (textAt(live, 'data', 'a') !== 'git' || textAt(live, 'data', 'mine') !== '')
        throw new Error('it was not taken over');
      if (textAt(live, 'metadata', 'annotations', LAST_APPLIED) !== '') throw new Error('kubectl still has it');
      if (textAt(live, 'data', 'theirs') !== 'operator') throw new Error('what the operator added is gone');
      const managers = entriesAt(live, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager'));
      if (managers.some((manager) => manager.startsWith('kubectl'))) throw new Error(`managers: ${managers.join()}`);
    },
  ),
  lonely('flux: a manager that the operator names is taken over as kubectl is, and no other', 'flux', async (world) => {
    await makeBefore(world, 'legacy-tool', 'operator');
    await world.startControllers(['--override-manager', 'legacy-tool']);
    const commit = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: 'git' }) }, 'first');
    const app = await world.app('flux', { path: 'app' });
    await app.applied(commit);
    const live = await world.view.live(world.ref('ConfigMap', 'one'));
    if (textAt(live, 'data', 'mine') !== '') throw new Error('it was not taken over');
    if (textAt(live, 'data', 'theirs') !== 'operator') throw new Error('what the operator added is gone');
  }),
  scenario('flux: an object that is refused holds up its whole stage', 'flux', (world) =>
    withObjects(world, async () => {
      const app = await world.app('flux', { path: 'app' });
      await app.complains(/ReconciliationFailed Service\/.*\/broken dry-run failed/);
      await world.settled(app.ref, app);
      if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
        throw new Error('its neighbour was applied');
    }),
  ),
  lonely('flux: kinds of a stage that the operator adds are applied before the rest', 'flux', (world) =>
    withObjects(world, async () => {
      await world.startControllers(['--custom-apply-stage-kinds', '/ConfigMap']);
      const app = await world.app('flux', { path: 'app' });
      await app.complains(/ReconciliationFailed Service\/.*\/broken dry-run failed/);
      await world.view.present('the ConfigMap is applied all the same', world.ref('ConfigMap', 'one'));
    }),
  ),
  scenario(
    'flux: common metadata is on every object, over its own, and goes when it is asked for no more',
    'flux',
    async (world) => {
      const files = {
        'app/one.yaml': configMap('one', { a: '1' }, { team: 'own', other: 'own' }),
        'app/two.yaml': configMap('two', { a: '1' }),
      };
      const commit = await world.repository.commit(files, 'first');
      const commonMetadata = { annotations: { team: 'common' }, labels: { tier: 'web' } };
      const app = await world.app('flux', { path: 'app', spec: { commonMetadata } });
      await app.applied(commit);
      const at = async (name: string, ...path: readonly string[]): Promise<string> =>
        textAt(await world.view.live(world.ref('ConfigMap', name)), 'metadata', ...path);
      for (const name of ['one', 'two']) {
        if ((await at(name, 'annotations', 'team')) !== 'common') throw new Error(`${name} lacks the annotation`);
        if ((await at(name, 'labels', 'tier')) !== 'web') throw new Error(`${name} lacks the label`);
      }
      if ((await at('one', 'annotations', 'other')) !== 'own') throw new Error('its own annotation is gone');
      await app.change({ commonMetadata: null });
      await world.view.present(
        'the label is gone',
        world.ref('ConfigMap', 'two'),
        (seen) => textAt(seen, 'metadata', 'labels', 'tier') === '',
      );
      await world.view.present(
        'its own is back',
        world.ref('ConfigMap', 'one'),
        (seen) => textAt(seen, 'metadata', 'annotations', 'team') === 'own',
      );
    },
  ),
  scenario('flux: build metadata tells where an object comes from, where that is asked for', 'flux', async (world) => {
    const files = {
      'base/kustomization.yaml': 'resources: [one.yaml]\n',
      'base/one.yaml': configMap('one', { a: '1' }),
      'app/kustomization.yaml': 'resources: [../base]\n',
    };
    const commit = await world.repository.commit(files, 'first');
    const app = await world.app('flux', { path: 'app', spec: { buildMetadata: ['originAnnotations'] } });
    await app.applied(commit);
    const origin = 'config.kubernetes.io/origin';
    const one = world.ref('ConfigMap', 'one');
    const told = textAt(await world.view.live(one), 'metadata', 'annotations', origin);
    if (!told.includes('path: ../base/one.yaml')) throw new Error(`its origin is ${JSON.stringify(told)}`);
    await app.change({ buildMetadata: null });
    await world.view.present(
      'it is told no more',
      one,
      (seen) => textAt(seen, 'metadata', 'annotations', origin) === '',
    );
  }),
];
