import { textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { inBoth, scenario, type Scenario } from '../scenario.ts';

/** What is deleted from Git. */
export const pruningScenarios: readonly Scenario[] = [
  ...inBoth('a file deleted from Git is pruned, and the rest is kept', async (world, dialect) => {
    const [one, two] = [world.ref('ConfigMap', 'one'), world.ref('ConfigMap', 'two')];
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
      'first',
    );
    const app = await world.app(dialect, { path: 'app', prune: true });
    await app.applied(first);
    const uid = uidOf(await world.view.live(one));
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await world.view.until('two is pruned', two, (seen) => seen === undefined);
    await app.applied(second);
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('one was not kept');
  }),
  scenario('flux: a file deleted from Git is kept without prune', 'flux', async (world) => {
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
      'first',
    );
    const app = await world.app('flux', { path: 'app', prune: false });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await app.applied(second);
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'two'))) === undefined) throw new Error('two is gone');
  }),
  scenario('argo: a file deleted from Git is kept without prune, and shown as OutOfSync', 'argo', async (world) => {
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
      'first',
    );
    const app = await world.app('argo', { path: 'app', prune: false });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await world.view.present(
      'the app is OutOfSync at the new commit',
      app.ref,
      (seen) =>
        textAt(seen, 'status', 'sync', 'status') === 'OutOfSync' &&
        textAt(seen, 'status', 'sync', 'revision') === second,
    );
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'two'))) === undefined) throw new Error('two is gone');
  }),
  ...inBoth(
    'an object that only bears our marks, and was never applied by us, is not pruned',
    async (world, dialect) => {
      // Copied by somebody, marks and all: it is in no inventory, and its tracking id names another object.
      const one = world.ref('ConfigMap', 'one');
      const first = await world.repository.commit(
        { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
        'first',
      );
      const app = await world.app(dialect, { path: 'app', prune: true });
      await app.applied(first);
      const live = await world.view.live(one);
      await world.view.client.create(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name: 'copied',
            namespace: world.namespace,
            labels: live?.metadata['labels'] ?? {},
            annotations: live?.metadata['annotations'] ?? {},
          },
        },
        { fieldManager: 'kubectl-create' },
      );
      const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
      await app.refresh();
      await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
      await app.applied(second);
      await world.settled(app.ref, app);
      if ((await world.view.live(world.ref('ConfigMap', 'copied'))) === undefined)
        throw new Error('the copy was pruned');
    },
  ),
  ...inBoth('objects that say so are kept when their file is deleted', async (world, dialect) => {
    const keep: Readonly<Record<string, string>> =
      dialect === 'argo'
        ? { 'argocd.argoproj.io/sync-options': 'Prune=false' }
        : { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };
    const first = await world.repository.commit(
      {
        'app/one.yaml': configMap('one', { a: '1' }),
        'app/two.yaml': configMap('two', { b: '2' }),
        'app/kept.yaml': configMap('kept', { c: '3' }, keep),
      },
      'first',
    );
    const app = await world.app(dialect, { path: 'app', prune: true });
    await app.applied(first);
    await world.repository.commit({ 'app/two.yaml': null, 'app/kept.yaml': null }, 'only one');
    await app.refresh();
    await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'kept'))) === undefined) throw new Error('kept is gone');
  }),
];
