import { configMap, deployment, job } from '../manifests.ts';
import type { World } from '../world.ts';
import { gone, says } from './expect.ts';
import type { Story } from './story.ts';

const ARGO = 'argocd.argoproj.io';
const wave = (number: number): Readonly<Record<string, string>> => ({ [`${ARGO}/sync-wave`]: String(number) });
const hook = (kind: string, policy?: string): Readonly<Record<string, string>> => ({
  [`${ARGO}/hook`]: kind,
  ...(policy === undefined ? {} : { [`${ARGO}/hook-delete-policy`]: policy }),
});

function service(name: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80}]}\n`;
}

const three = (level: string): Readonly<Record<string, string>> => ({
  'app/one.yaml': configMap('one', { LEVEL: level }, wave(-1)),
  'app/web.yaml': deployment('web', { replicas: 1 }),
  'app/two.yaml': configMap('two', { LEVEL: level }, wave(2)),
});

/** Long scenarios of Applications. */
export const argoStories: readonly Story[] = [
  {
    name: 'three waves are applied, and changed',
    dialect: 'argo',
    deletes: [],
    renews: [],
    play: async (world, told) => {
      const first = await committed(world, three('info'));
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      await told.settled();
      const second = await committed(world, three('debug'));
      await app.refresh();
      await app.applied(second);
      await told.settled();
      for (const name of ['one', 'two']) await says(world, name, 'debug');
    },
  },
  {
    name: 'hooks run before and after a sync, twice',
    dialect: 'argo',
    deletes: [],
    renews: ['before', 'after'],
    play: async (world, told) => {
      const files = (level: string): Readonly<Record<string, string>> => ({
        'app/before.yaml': job('before', { annotations: hook('PreSync', 'HookSucceeded') }),
        'app/one.yaml': configMap('one', { LEVEL: level }),
        'app/after.yaml': job('after', { annotations: hook('PostSync') }),
      });
      const first = await committed(world, files('info'));
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      await told.settled();
      const second = await committed(world, files('debug'));
      await app.refresh();
      await app.applied(second);
      await told.settled();
      await says(world, 'one', 'debug');
      await gone(world, 'Job', 'before');
      await world.view.present('the last hook is kept', world.ref('Job', 'after'));
    },
  },
  {
    name: 'half of the objects are pruned, the last ones last',
    dialect: 'argo',
    deletes: ['drop-a', 'drop-b', 'drop-c'],
    renews: [],
    play: async (world, told) => {
      const dropped = ['drop-a', 'drop-b', 'drop-c'];
      const all = [...dropped, 'keep-a', 'keep-b'].map((name) => [`app/${name}.yaml`, configMap(name, { LEVEL: 'x' })]);
      const first = await committed(world, Object.fromEntries(all) as Readonly<Record<string, string>>);
      const app = await world.app('argo', { path: 'app', syncOptions: ['PruneLast=true'] });
      await app.applied(first);
      await told.settled();
      const without = Object.fromEntries(dropped.map((name) => [`app/${name}.yaml`, null]));
      const second = await world.repository.commit(
        { ...without, 'app/new.yaml': configMap('new', { LEVEL: 'y' }) },
        'drop',
      );
      await app.refresh();
      await app.applied(second);
      for (const name of dropped) await gone(world, 'ConfigMap', name);
      await told.settled();
    },
  },
  {
    name: 'an Application is deleted with its objects, highest wave first',
    dialect: 'argo',
    deletes: ['one', 'web', 'two'],
    renews: [],
    play: async (world, told) => {
      const first = await committed(world, three('info'));
      const app = await world.app('argo', { path: 'app', finalizer: true });
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
    dialect: 'argo',
    deletes: ['two'],
    renews: ['two'],
    play: async (world, told) => {
      const first = await committed(world, three('info'));
      const app = await world.app('argo', { path: 'app' });
      await app.applied(first);
      await told.settled();
      await world.edit(world.ref('ConfigMap', 'one'), { data: { LEVEL: 'trace' } });
      await says(world, 'one', 'info');
      await world.view.client.delete(world.ref('ConfigMap', 'two'));
      await says(world, 'two', 'info');
      await app.applied(first);
      await told.settled();
    },
  },
  {
    name: 'objects that kubectl made are taken over server-side',
    dialect: 'argo',
    deletes: [],
    renews: [],
    play: async (world, told) => {
      const { client } = world.view;
      for (const name of ['one', 'two'])
        await client.create(
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name, namespace: world.namespace },
            data: { LEVEL: 'old' },
          },
          { fieldManager: 'kubectl-client-side-apply' },
        );
      await told.settled();
      const first = await committed(world, { ...three('info'), 'app/service.yaml': service('web') });
      const app = await world.app('argo', { path: 'app', syncOptions: ['ServerSideApply=true'] });
      await app.applied(first);
      await told.settled();
      for (const name of ['one', 'two']) await says(world, name, 'info');
    },
  },
  {
    name: 'a sync that fails is tried again until it is mended',
    dialect: 'argo',
    deletes: [],
    renews: ['failure'],
    play: async (world, told) => {
      const broken = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 99999}]}\n';
      await committed(world, {
        ...three('info'),
        'app/service.yaml': broken,
        'app/failure.yaml': configMap('failure', { LEVEL: 'told' }, hook('SyncFail')),
      });
      const retry = { limit: 20, refresh: true, backoff: { duration: '1s', factor: 1, maxDuration: '2s' } };
      const app = await world.app('argo', { path: 'app', retry });
      await says(world, 'failure', 'told');
      const second = await committed(world, { 'app/service.yaml': service('web') });
      await app.refresh();
      await app.applied(second);
      await told.settled();
      await says(world, 'two', 'info');
    },
  },
  {
    name: 'sources are added and taken away',
    dialect: 'argo',
    deletes: ['second'],
    renews: [],
    play: async (world, told) => {
      await committed(world, {
        'one/a.yaml': configMap('first', { LEVEL: 'info' }),
        'two/b.yaml': configMap('second', { LEVEL: 'info' }),
        'three/c.yaml': deployment('third', { replicas: 1 }),
      });
      const source = (path: string) => ({ repoURL: world.url, targetRevision: 'main', path });
      const app = await world.app('argo', { path: 'one', spec: { sources: [source('one'), source('two')] } });
      await says(world, 'second', 'info');
      await told.settled();
      await app.change({ sources: [source('one'), source('three')] });
      await gone(world, 'ConfigMap', 'second');
      await world.view.present('the third is there', world.ref('Deployment', 'third'));
      await told.settled();
    },
  },
];

function committed(world: World, files: Readonly<Record<string, string>>): Promise<string> {
  return world.repository.commit(files, 'a commit');
}
