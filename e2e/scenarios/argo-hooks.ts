import type { VersionedRef } from '@capstan/object';
import { approveDeletion, ask, ended, mustStand, told, waits } from '../argo-operation.ts';
import { entriesAt, textAt } from '../fields.ts';
import { configMap, deployment, hopelessDeployment, job } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const ARGO = 'argocd.argoproj.io';
const FINALIZER = `resources-finalizer.${ARGO}`;
const option = (value: string): Readonly<Record<string, string>> => ({ [`${ARGO}/sync-options`]: value });
const wave = (number: number): Readonly<Record<string, string>> => ({ [`${ARGO}/sync-wave`]: String(number) });
const hook = (type: string, policy?: string): Readonly<Record<string, string>> => ({
  [`${ARGO}/hook`]: type,
  ...(policy === undefined ? {} : { [`${ARGO}/hook-delete-policy`]: policy }),
});

/** A Deployment that is a hook, and completes when somebody lets its pods run. */
function gate(name: string, annotations: Readonly<Record<string, string>>): string {
  const annotated = Object.entries(annotations).map(([key, value]) => `"${key}": "${value}"`);
  return hopelessDeployment(name).replace('annotations: {}', `annotations: {${annotated.join(', ')}}`);
}

async function open(world: World, name: string): Promise<void> {
  await world.edit(world.ref('Deployment', name), { spec: { template: { spec: { nodeSelector: null } } } });
}

async function gone(world: World, ref: VersionedRef): Promise<void> {
  await world.view.until(`${ref.name} is gone`, ref, (seen) => seen === undefined);
}

/** Hooks and phases to the end of an Application's life; what a person must approve, and what outlives it. */
export const argoHookScenarios: readonly Scenario[] = [
  scenario('argo: hooks of a deletion run before and after it, and hold it up', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/before.yaml': gate('before', hook('PreDelete', 'HookSucceeded')),
        'app/one.yaml': configMap('one', {}),
        'app/after.yaml': gate('after', hook('PostDelete', 'HookSucceeded')),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', finalizer: true });
    await app.applied(first);
    for (const name of ['before', 'after']) await mustStand(world, 'Deployment', name, false, 'nothing is deleted yet');
    await app.remove();
    const before = await world.view.present('the first hook runs', world.ref('Deployment', 'before'));
    await world.settled(world.ref('Deployment', 'before'), app);
    await mustStand(world, 'ConfigMap', 'one', true, 'the hook before the deletion has not completed');
    await open(world, textAt(before, 'metadata', 'name'));
    await gone(world, world.ref('ConfigMap', 'one'));
    await world.view.present('the last hook runs', world.ref('Deployment', 'after'));
    if ((await world.view.live(app.ref)) === undefined) throw new Error('the Application did not wait for its hook');
    await open(world, 'after');
    await app.gone();
    for (const name of ['before', 'after']) await gone(world, world.ref('Deployment', name));
  }),
  scenario('argo: Helm’s hook annotations on plain manifests count, but for those of tests', 'argo', async (world) => {
    const helm = (type: string, weight: string): Readonly<Record<string, string>> => ({
      'helm.sh/hook': type,
      'helm.sh/hook-weight': weight,
      'helm.sh/hook-delete-policy': 'hook-succeeded',
    });
    await world.repository.commit(
      {
        'app/light.yaml': gate('light', helm('pre-install,pre-upgrade', '-5')),
        'app/heavy.yaml': gate('heavy', helm('pre-install', '5')),
        'app/one.yaml': configMap('one', {}),
        'app/tested.yaml': job('tested', { annotations: { 'helm.sh/hook': 'test' } }),
        'app/undone.yaml': job('undone', { annotations: { 'helm.sh/hook': 'post-rollback' } }),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', finalizer: true });
    await waits(world, app, /waiting for completion of hook apps\/Deployment\/light/);
    await mustStand(world, 'Deployment', 'heavy', false, 'a lighter hook runs');
    await open(world, 'light');
    await waits(world, app, /waiting for completion of hook apps\/Deployment\/heavy/);
    await mustStand(world, 'ConfigMap', 'one', false, 'a hook before it runs');
    await open(world, 'heavy');
    await ended(world, app, 'Succeeded');
    for (const name of ['light', 'heavy']) await gone(world, world.ref('Deployment', name));
    await mustStand(world, 'ConfigMap', 'one', true, 'its hooks have completed');
    for (const name of ['tested', 'undone']) await mustStand(world, 'Job', name, false, 'no sync runs such hooks');
  }),
  scenario('argo: a sync that is terminated takes its hook away, and goes no further', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'app/before.yaml': gate('before', hook('PreSync')), 'app/one.yaml': configMap('one', {}) },
      'first',
    );
    const app = await world.app('argo', { path: 'app', automated: false });
    await ask(world, app, { revision: first });
    await waits(world, app, /waiting for completion of hook apps\/Deployment\/before/);
    await world.edit(app.ref, { status: { operationState: { phase: 'Terminating' } } });
    await ended(world, app, 'Failed', /^Operation terminated$/);
    await gone(world, world.ref('Deployment', 'before'));
    await mustStand(world, 'ConfigMap', 'one', false, 'the sync was terminated');
    const seen = await app.reconciled().then(() => world.view.live(app.ref));
    if (entriesAt(seen, 'status', 'history').length > 0) throw new Error('it is in the history');
  }),
  scenario('argo: a sync of some objects touches no other, runs no hook and is no history', 'argo', async (world) => {
    const files = (turn: string): Record<string, string> => ({
      'app/before.yaml': job('before', { annotations: hook('PreSync') }),
      'app/one.yaml': configMap('one', { turn }),
      'app/two.yaml': configMap('two', { turn }),
    });
    const first = await world.repository.commit(files('1'), 'first');
    const app = await world.app('argo', { path: 'app', automated: false });
    await ask(world, app, { revision: first, resources: [{ kind: 'ConfigMap', name: 'one' }] });
    const seen = await ended(world, app, 'Succeeded');
    if (told(seen) !== 'one') throw new Error(`it synced ${told(seen)}`);
    if (entriesAt(seen, 'status', 'history').length > 0) throw new Error('it is in the history');
    await mustStand(world, 'ConfigMap', 'one', true, 'it was named');
    await mustStand(world, 'ConfigMap', 'two', false, 'it was not named');
    await mustStand(world, 'Job', 'before', false, 'a sync of some objects runs no hooks');
    await ask(world, app, { revision: first, dryRun: true });
    await ended(world, app, 'Succeeded');
    await mustStand(world, 'ConfigMap', 'two', false, 'a trial writes nothing');
    await ask(world, app, { revision: first });
    const whole = await ended(world, app, 'Succeeded');
    if (entriesAt(whole, 'status', 'history').length !== 1) throw new Error('a whole sync is not in the history');
    await mustStand(world, 'Job', 'before', true, 'a whole sync runs hooks');
  }),
  scenario('argo: a prune that a person must approve waits for it', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', {}), 'app/two.yaml': configMap('two', {}, option('Prune=confirm')) },
      'first',
    );
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    await approveDeletion(world, app, Date.now() - 3_600_000);
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await waits(world, app, /waiting for pruning confirmation of \/ConfigMap\/two/);
    await mustStand(world, 'ConfigMap', 'two', true, 'what was approved before it was asked does not count');
    await approveDeletion(world, app);
    await gone(world, world.ref('ConfigMap', 'two'));
    await app.applied(second);
  }),
  scenario('argo: a deletion waits for approval, and leaves what is to be kept', 'argo', async (world) => {
    const first = await world.repository.commit(
      {
        'app/one.yaml': configMap('one', {}),
        'app/asked.yaml': configMap('asked', {}, option('Delete=confirm')),
        'app/kept.yaml': configMap('kept', {}, option('Delete=false')),
        'app/helm.yaml': configMap('helm', {}, { 'helm.sh/resource-policy': 'keep' }),
      },
      'first',
    );
    const app = await world.app('argo', { path: 'app', finalizer: true });
    await app.applied(first);
    await app.remove();
    await world.view.present(
      'it is being deleted',
      app.ref,
      (seen) => seen.metadata['deletionTimestamp'] !== undefined,
    );
    await world.settled(app.ref, app);
    for (const name of ['one', 'asked']) await mustStand(world, 'ConfigMap', name, true, 'nobody has approved');
    await approveDeletion(world, app);
    await app.gone();
    for (const name of ['one', 'asked']) await mustStand(world, 'ConfigMap', name, false, 'somebody has approved');
    for (const name of ['kept', 'helm']) await mustStand(world, 'ConfigMap', name, true, 'it asks to be kept');
  }),
  scenario('argo: a deletion begins with the highest wave, and waits for it', 'argo', async (world) => {
    const held = configMap('late', {}, wave(1)).replace('{name: late,', '{name: late, finalizers: [example.com/hold],');
    const first = await world.repository.commit(
      { 'app/early.yaml': configMap('early', {}), 'app/late.yaml': held },
      'first',
    );
    const app = await world.app('argo', { path: 'app', finalizer: true });
    await app.applied(first);
    await app.remove();
    const late = world.ref('ConfigMap', 'late');
    await world.view.present('it is being deleted', late, (seen) => seen.metadata['deletionTimestamp'] !== undefined);
    await world.settled(late, app);
    await mustStand(world, 'ConfigMap', 'early', true, 'a higher wave is not gone yet');
    await world.edit(late, { metadata: { finalizers: null } });
    await gone(world, late);
    await app.gone();
    await mustStand(world, 'ConfigMap', 'early', false, 'it goes after the higher wave');
  }),
  ...(['foreground', 'background'] as const).map((how) =>
    scenario(`argo: an Application deleted in the ${how} deletes its objects so`, 'argo', async (world) => {
      const first = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      // What waits in the foreground is seen to wait: something holds the ReplicaSet that it owns.
      const all = await world.view.client.listAll(
        { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
        { namespace: world.namespace },
      );
      const owned = world.ref('ReplicaSet', textAt(all.items[0], 'metadata', 'name'));
      await world.edit(owned, { metadata: { finalizers: ['example.com/hold'] } });
      await world.edit(app.ref, { metadata: { finalizers: [`${FINALIZER}/${how}`] } });
      await app.remove();
      const web = world.ref('Deployment', 'web');
      if (how === 'background') {
        await app.gone();
        await gone(world, web);
      } else {
        await world.view.present(
          'the ReplicaSet goes first',
          owned,
          (seen) => seen.metadata['deletionTimestamp'] !== undefined,
        );
        await world.settled(owned, app);
        if ((await world.view.live(web)) === undefined) throw new Error('the Deployment went before what it owns');
        if ((await world.view.live(app.ref)) === undefined) throw new Error('the Application did not wait');
      }
      await world.edit(owned, { metadata: { finalizers: null } });
      await app.gone();
      await gone(world, web);
    }),
  ),
];
