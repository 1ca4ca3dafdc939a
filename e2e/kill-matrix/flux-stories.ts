import { configMap, deployment } from '../manifests.ts';
import { gone, says } from './expect.ts';
import type { Story } from './story.ts';

const objects = (level: string): Readonly<Record<string, string>> => ({
  'app/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n',
  'app/one.yaml': configMap('one', { LEVEL: level }),
  'app/two.yaml': configMap('two', { LEVEL: level }),
  'app/web.yaml': deployment('web', { replicas: 1 }),
});

/** Long scenarios of Kustomizations. */
export const fluxStories: readonly Story[] = [
  {
    name: 'objects are applied, and changed',
    dialect: 'flux',
    deletes: [],
    renews: [],
    play: async (world, told) => {
      const first = await world.repository.commit(objects('info'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await told.settled();
      const second = await world.repository.commit(objects('debug'), 'second');
      await app.refresh();
      await app.applied(second);
      await told.settled();
      for (const name of ['one', 'two']) await says(world, name, 'debug');
    },
  },
  {
    name: 'half of the objects are pruned',
    dialect: 'flux',
    deletes: ['one', 'two'],
    renews: [],
    play: async (world, told) => {
      const first = await world.repository.commit(objects('info'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await told.settled();
      const dropped = { 'app/one.yaml': null, 'app/two.yaml': null, 'app/new.yaml': configMap('new', { LEVEL: 'x' }) };
      const second = await world.repository.commit(dropped, 'second');
      await app.refresh();
      await app.applied(second);
      for (const name of ['one', 'two']) await gone(world, 'ConfigMap', name);
      await told.settled();
    },
  },
  {
    name: 'a Kustomization is deleted with its objects',
    dialect: 'flux',
    deletes: ['one', 'two', 'web'],
    renews: [],
    play: async (world, told) => {
      const first = await world.repository.commit(objects('info'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await told.settled();
      await app.remove();
      await app.gone();
      for (const name of ['one', 'two']) await gone(world, 'ConfigMap', name);
      await gone(world, 'Deployment', 'web');
    },
  },
  {
    name: 'drift of several objects is healed',
    dialect: 'flux',
    deletes: ['two'],
    renews: ['two'],
    play: async (world, told) => {
      const first = await world.repository.commit(objects('info'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await told.settled();
      await world.edit(world.ref('ConfigMap', 'one'), { data: { LEVEL: 'trace' } });
      await says(world, 'one', 'info');
      await world.view.client.delete(world.ref('ConfigMap', 'two'));
      await says(world, 'two', 'info');
      await told.settled();
    },
  },
  {
    name: 'objects that kubectl made are taken over',
    dialect: 'flux',
    deletes: [],
    renews: [],
    play: async (world, told) => {
      for (const name of ['one', 'two'])
        await world.view.client.create(
          { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: world.namespace }, data: { OWN: 'old' } },
          { fieldManager: 'kubectl-create' },
        );
      await told.settled();
      const first = await world.repository.commit(objects('info'), 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(first);
      await told.settled();
      for (const name of ['one', 'two']) await says(world, name, 'info');
    },
  },
  {
    name: 'what depends on another follows it through two commits',
    dialect: 'flux',
    deletes: [],
    renews: [],
    play: async (world, told) => {
      const files = (level: string): Readonly<Record<string, string>> => ({
        'base/one.yaml': configMap('one', { LEVEL: level }),
        'top/two.yaml': configMap('two', { LEVEL: level }),
      });
      const first = await world.repository.commit(files('info'), 'first');
      const base = await world.app('flux', { path: 'base' }, 'base');
      const top = await world.app('flux', { path: 'top', spec: { dependsOn: [{ name: base.ref.name }] } }, 'top');
      await top.applied(first);
      await told.settled();
      const second = await world.repository.commit(files('debug'), 'second');
      await base.refresh();
      await top.refresh();
      await base.applied(second);
      await top.applied(second);
      await told.settled();
    },
  },
];
