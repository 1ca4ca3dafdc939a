import type { JsonObject } from '@capstan/object';
import { uidOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { inBoth, scenario, type Dialect, type Scenario } from '../scenario.ts';
import type { App, AppOptions } from '../app.ts';
import type { World } from '../world.ts';

async function applied(world: World, dialect: Dialect, options: Partial<AppOptions> = {}): Promise<App> {
  const first = await world.repository.commit(
    { 'app/one.yaml': configMap('one', { a: '1' }), 'app/web.yaml': deployment('web', { replicas: 1 }) },
    'first',
  );
  const app = await world.app(dialect, { path: 'app', ...options });
  await app.applied(first);
  return app;
}

async function bothGone(world: World): Promise<void> {
  await world.view.until('one is gone', world.ref('ConfigMap', 'one'), (seen) => seen === undefined);
  await world.view.until('web is gone', world.ref('Deployment', 'web'), (seen) => seen === undefined);
}

async function bothThere(world: World): Promise<void> {
  for (const ref of [world.ref('ConfigMap', 'one'), world.ref('Deployment', 'web')]) {
    const live = await world.view.live(ref);
    if (live === undefined || live.metadata['deletionTimestamp'] !== undefined)
      throw new Error(`${ref.kind} ${ref.name} was deleted`);
  }
}

interface Honourless {
  readonly spec: AppOptions['spec'] & object;
  readonly field: RegExp;
  /** What takes it back, for an app of this name. */
  readonly undo: (name: string) => JsonObject;
}

const honourless: Readonly<Record<Dialect, Honourless>> = {
  flux: {
    spec: { sourceRef: { kind: 'Bucket', name: 'elsewhere' } },
    field: /spec\.sourceRef\.kind Bucket/,
    undo: (name) => ({ sourceRef: { kind: 'GitRepository', name } }),
  },
  argo: {
    spec: {
      sourceHydrator: {
        drySource: { repoURL: 'https://down.example/x', path: 'app', targetRevision: 'main' },
        syncSource: { targetBranch: 'main', path: 'app' },
      },
    },
    field: /sourceHydrator/,
    undo: () => ({ sourceHydrator: null }),
  },
};

/** Suspension, deletion, and what we do not honour. */
export const lifeCycleScenarios: readonly Scenario[] = [
  scenario('flux: a suspended Kustomization does nothing until it is resumed', 'flux', async (world) => {
    const app = await applied(world, 'flux');
    await app.change({ suspend: true });
    // A second app on the same repository shows that the commit has gone through.
    const witness = await world.app('flux', { path: 'witness' }, 'witness');
    const one = world.ref('ConfigMap', 'one');
    const before = world.writes().length;
    await world.view.client.delete(one);
    const second = await world.repository.commit(
      { 'app/two.yaml': configMap('two', { b: '2' }), 'witness/w.yaml': configMap('w', { w: '1' }) },
      'second',
    );
    await witness.refresh();
    await app.refresh();
    await witness.applied(second);
    await world.settled(app.ref, witness);
    const writes = world
      .writes()
      .slice(before)
      .filter(
        (request) =>
          ['one', 'two', 'web'].includes(request.name) ||
          // That it is suspended, and what is asked of it meanwhile, is acknowledged in its status, as upstream does.
          (request.name === app.ref.name &&
            request.resource === 'kustomizations' &&
            !/\/status(\?|$)/.test(request.url)),
      );
    if (writes.length > 0)
      throw new Error(`it wrote while suspended: ${writes.map(({ verb, url }) => `${verb} ${url}`).join(', ')}`);
    if ((await world.view.live(one)) !== undefined) throw new Error('it healed while suspended');
    await app.change({ suspend: false });
    await app.applied(second);
    await world.view.present('one is back', one);
  }),
  scenario(
    'argo: an app whose reconciling is skipped does nothing until it is taken up again',
    'argo',
    async (world) => {
      const app = await applied(world, 'argo');
      const skip = 'argocd.argoproj.io/skip-reconcile';
      await world.edit(app.ref, { metadata: { annotations: { [skip]: 'true' } } });
      const witness = await world.app('argo', { path: 'witness' }, 'witness');
      const one = world.ref('ConfigMap', 'one');
      await world.view.client.delete(one);
      const second = await world.repository.commit(
        { 'app/two.yaml': configMap('two', { b: '2' }), 'witness/w.yaml': configMap('w', { w: '1' }) },
        'second',
      );
      await witness.refresh();
      await app.refresh();
      await witness.applied(second);
      await world.settled(app.ref, witness);
      if ((await world.view.live(one)) !== undefined) throw new Error('it healed while it was to be skipped');
      if ((await world.view.live(world.ref('ConfigMap', 'two'))) !== undefined) throw new Error('it applied a commit');
      await world.edit(app.ref, { metadata: { annotations: { [skip]: null } } });
      await app.refresh();
      await app.applied(second);
      await world.view.present('one is back', one);
    },
  ),
  scenario('argo: deleting an Application with its finalizer deletes its objects', 'argo', async (world) => {
    const app = await applied(world, 'argo', { finalizer: true });
    await app.remove();
    await app.gone();
    await bothGone(world);
  }),
  scenario('argo: deleting an Application without a finalizer leaves its objects', 'argo', async (world) => {
    const app = await applied(world, 'argo');
    const witness = await world.app('argo', { path: 'app', automated: false }, 'witness');
    await app.remove();
    await app.gone();
    await world.settled(witness.ref, witness);
    await bothThere(world);
  }),
  scenario('flux: deleting a Kustomization deletes its objects', 'flux', async (world) => {
    const app = await applied(world, 'flux');
    await app.remove();
    await app.gone();
    await bothGone(world);
  }),
  scenario('flux: deleting a Kustomization that does not prune leaves its objects', 'flux', async (world) => {
    const app = await applied(world, 'flux', { prune: false });
    await app.remove();
    await app.gone();
    await bothThere(world);
  }),
  scenario('flux: deleting a Kustomization with deletionPolicy Orphan leaves its objects', 'flux', async (world) => {
    const app = await applied(world, 'flux', { spec: { deletionPolicy: 'Orphan' } });
    await app.remove();
    await app.gone();
    await bothThere(world);
  }),
  ...inBoth('a field that is not honoured blocks by name, and nothing is written', async (world, dialect) => {
    const { spec, field, undo } = honourless[dialect];
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
    const app = await world.app(dialect, { path: 'app', spec });
    await app.complains(field);
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined) throw new Error('it was applied');
    await app.change(undo(app.ref.name));
    await app.applied(first);
  }),
  ...inBoth('an app that begins to use a field that is not honoured changes nothing more', async (world, dialect) => {
    const { spec, field } = honourless[dialect];
    const app = await applied(world, dialect);
    const one = world.ref('ConfigMap', 'one');
    const uid = uidOf(await world.view.live(one));
    await app.change(spec);
    await app.complains(field);
    await world.repository.commit({ 'app/one.yaml': null }, 'without one');
    await app.refresh();
    await app.complains(field);
    await world.settled(app.ref, app);
    if (uidOf(await world.view.live(one)) !== uid) throw new Error('it was pruned');
  }),
];
