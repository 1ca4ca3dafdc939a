import { getPath } from '@capstan/object';
import { configMap, deployment } from '../manifests.ts';
import { inBoth, type Scenario } from '../scenario.ts';

/** From a commit to the cluster and back. */
export const commitScenarios: readonly Scenario[] = [
  ...inBoth('a commit is applied, and the next one too', async (world, dialect) => {
    const first = await world.repository.commit(
      {
        'app/web.yaml': deployment('web', { replicas: 1 }),
        'app/settings.yaml': configMap('settings', { LEVEL: 'info' }),
      },
      'first',
    );
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const second = await world.repository.commit(
      { 'app/settings.yaml': configMap('settings', { LEVEL: 'debug' }) },
      'second',
    );
    await app.refresh();
    await app.applied(second);
    await world.view.until(
      'the new setting is live',
      world.ref('ConfigMap', 'settings'),
      (seen) => getPath(seen, 'data', 'LEVEL') === 'debug',
    );
  }),
  ...inBoth('a file deleted from Git is pruned', async (world, dialect) => {
    const first = await world.repository.commit(
      { 'app/one.yaml': configMap('one', { a: '1' }), 'app/two.yaml': configMap('two', { b: '2' }) },
      'first',
    );
    const app = await world.app(dialect, { path: 'app', prune: true });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/two.yaml': null }, 'without two');
    await app.refresh();
    await world.view.until('two is pruned', world.ref('ConfigMap', 'two'), (seen) => seen === undefined);
    await app.applied(second);
    await world.view.until('one is kept', world.ref('ConfigMap', 'one'), (seen) => seen !== undefined);
  }),
  ...inBoth('a revert rolls back', async (world, dialect) => {
    const first = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { image: 'nginx:1.27' }) },
      'first',
    );
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const second = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { image: 'nginx:1.28' }) },
      'newer image',
    );
    await app.refresh();
    await app.applied(second);
    const third = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { image: 'nginx:1.27' }) },
      'Revert "newer image"',
    );
    await app.refresh();
    await app.applied(third);
    const image = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;
    await world.view.until(
      'the old image is back',
      world.ref('Deployment', 'web'),
      (seen) => getPath(seen, ...image) === 'nginx:1.27',
    );
  }),
];
