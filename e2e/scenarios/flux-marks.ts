import type { App } from '../app.ts';
import { textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const MARK = 'kustomize.toolkit.fluxcd.io';

async function dataOf(world: World, name: string, key: string): Promise<string> {
  return textAt(await world.view.live(world.ref('ConfigMap', name)), 'data', key);
}

async function expectData(world: World, name: string, key: string, wanted: string): Promise<void> {
  const found = await dataOf(world, name, key);
  if (found !== wanted) throw new Error(`${name} has ${key}=${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
}

async function next(world: World, app: App, files: Readonly<Record<string, string | null>>): Promise<void> {
  const commit = await world.repository.commit(files, 'next');
  await app.refresh();
  await app.applied(commit);
}

const immutable = (name: string, value: string, marks: Readonly<Record<string, string>> = {}): string =>
  `${configMap(name, { a: value }, marks)}immutable: true\n`;

/** What an object asks for itself, by label or annotation. */
export const fluxMarkScenarios: readonly Scenario[] = [
  scenario(
    'flux: an object on which reconciling is switched off is left alone until it is on again',
    'flux',
    async (world) => {
      const off = world.ref('ConfigMap', 'off');
      const files = (value: string) => ({
        'app/off.yaml': configMap('off', { a: value }),
        'app/on.yaml': configMap('on', { a: value }),
      });
      const first = await world.repository.commit(files('1'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await world.edit(off, { metadata: { annotations: { [`${MARK}/reconcile`]: 'Disabled' } } });
      await next(world, app, files('2'));
      await expectData(world, 'on', 'a', '2');
      await expectData(world, 'off', 'a', '1');
      // Nor is it pruned while that is so.
      await next(world, app, { 'app/off.yaml': null, 'app/on.yaml': null, 'app/rest.yaml': configMap('rest', {}) });
      await world.view.until('its neighbour is pruned', world.ref('ConfigMap', 'on'), (seen) => seen === undefined);
      await expectData(world, 'off', 'a', '1');
      await world.edit(off, { metadata: { annotations: { [`${MARK}/reconcile`]: null } } });
      await next(world, app, { 'app/off.yaml': configMap('off', { a: '3' }) });
      await expectData(world, 'off', 'a', '3');
    },
  ),
  scenario(
    'flux: ssa IfNotPresent makes an object and never changes it, and Ignore does not even make it',
    'flux',
    async (world) => {
      const files = (value: string) => ({
        'app/once.yaml': configMap('once', { a: value }, { [`${MARK}/ssa`]: 'IfNotPresent' }),
        'app/never.yaml': configMap('never', { a: value }, { [`${MARK}/ssa`]: 'Ignore' }),
        'app/always.yaml': configMap('always', { a: value }),
      });
      const first = await world.repository.commit(files('1'), 'first');
      const app = await world.app('flux', { path: 'app', spec: { wait: false } });
      await app.applied(first);
      await world.edit(world.ref('ConfigMap', 'once'), { data: { a: 'edited' } });
      await next(world, app, files('2'));
      await app.reconciled();
      await expectData(world, 'always', 'a', '2');
      await expectData(world, 'once', 'a', 'edited');
      if ((await world.view.live(world.ref('ConfigMap', 'never'))) !== undefined) throw new Error('never was made');
      await world.view.client.delete(world.ref('ConfigMap', 'once'));
      await world.view.present(
        'once is made again',
        world.ref('ConfigMap', 'once'),
        (seen) => textAt(seen, 'data', 'a') === '2',
      );
    },
  ),
  scenario('flux: ssa Merge keeps what people have added with kubectl; without it that goes', 'flux', async (world) => {
    const first = await world.repository.commit(
      {
        'app/merged.yaml': configMap('merged', { a: '1' }, { [`${MARK}/ssa`]: 'Merge' }),
        'app/plain.yaml': configMap('plain', { a: '1' }),
      },
      'first',
    );
    const app = await world.app('flux', { path: 'app' });
    await app.applied(first);
    for (const name of ['merged', 'plain'])
      await world.edit(world.ref('ConfigMap', name), { data: { a: 'x', b: '2' } });
    await world.view.present(
      'plain is healed',
      world.ref('ConfigMap', 'plain'),
      (seen) => textAt(seen, 'data', 'b') === '' && textAt(seen, 'data', 'a') === '1',
    );
    await world.view.present(
      'what Git has of merged is healed',
      world.ref('ConfigMap', 'merged'),
      (seen) => textAt(seen, 'data', 'a') === '1',
    );
    await app.reconciled();
    await expectData(world, 'merged', 'b', '2');
  }),
  scenario(
    'flux: what cannot be changed is made anew only where the object or the spec forces it',
    'flux',
    async (world) => {
      const [forced, plain] = [world.ref('ConfigMap', 'forced'), world.ref('ConfigMap', 'plain')];
      const force = { [`${MARK}/force`]: 'enabled' };
      const first = await world.repository.commit(
        { 'app/forced.yaml': immutable('forced', '1', force), 'app/plain.yaml': immutable('plain', '1') },
        'first',
      );
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      const uids = [uidOf(await world.view.live(forced)), uidOf(await world.view.live(plain))];
      await next(world, app, { 'app/forced.yaml': immutable('forced', '2', force) });
      await expectData(world, 'forced', 'a', '2');
      if (uidOf(await world.view.live(forced)) === uids[0]) throw new Error('forced is the same object');
      const third = await world.repository.commit({ 'app/plain.yaml': immutable('plain', '2') }, 'third');
      await app.refresh();
      await app.complains(/ReconciliationFailed ConfigMap\/.*\/plain dry-run failed \(Invalid\): .*immutable/);
      if (uidOf(await world.view.live(plain)) !== uids[1]) throw new Error('plain was made anew');
      await app.change({ force: true });
      await app.applied(third);
      await expectData(world, 'plain', 'a', '2');
      if (uidOf(await world.view.live(plain)) === uids[1]) throw new Error('plain is the same object');
    },
  ),
];
