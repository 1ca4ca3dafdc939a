import { getPath, type JsonObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const IMAGE = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;
const component = (text: string): string => `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${text}`;

async function dataIs(world: World, name: string, key: string, wanted: string): Promise<void> {
  await world.view.present(
    `${name} has ${key}=${wanted}`,
    world.ref('ConfigMap', name),
    (seen) => textAt(seen, 'data', key) === wanted,
  );
}

/** What a Kustomization lays over the folder that it builds. */
export const fluxOverlayScenarios: readonly Scenario[] = [
  scenario(
    'flux: patches change what they select, and one that fits nothing or is none stops all',
    'flux',
    async (world) => {
      const files = { 'app/one.yaml': configMap('one', { a: 'git' }), 'app/two.yaml': configMap('two', { a: 'git' }) };
      const commit = await world.repository.commit(files, 'first');
      const patches = [
        { patch: configMap('one', { b: 'merged' }) },
        { patch: '- {op: replace, path: /data/a, value: replaced}', target: { kind: 'ConfigMap', name: 'tw.*' } },
      ];
      const app = await world.app('flux', { path: 'app', spec: { patches } });
      await app.applied(commit);
      for (const [name, key, wanted] of [
        ['one', 'a', 'git'],
        ['one', 'b', 'merged'],
        ['two', 'a', 'replaced'],
        ['two', 'b', ''],
      ] as const)
        await dataIs(world, name, key, wanted);
      await app.change({ patches: [...patches, { patch: configMap('absent', { a: 'x' }) }] });
      await app.complains(/BuildFailed .*no (matches|resource)/);
      await app.change({ patches: [{ patch: '- {op: remove, path: /data/nowhere}', target: { kind: 'ConfigMap' } }] });
      await app.complains(/BuildFailed .*nowhere/);
      await dataIs(world, 'two', 'a', 'replaced');
      await app.change({ patches: null });
      await dataIs(world, 'two', 'a', 'git');
      await dataIs(world, 'one', 'b', '');
    },
  ),
  scenario(
    'flux: images get the name, tag or digest that the spec says, and others none of it',
    'flux',
    async (world) => {
      const files = {
        'app/kustomization.yaml': 'resources: [web.yaml, api.yaml]\nimages: [{name: example/web, newTag: "2"}]\n',
        'app/web.yaml': deployment('web', { replicas: 0, image: 'example/web:1' }),
        'app/api.yaml': deployment('api', { replicas: 0, image: 'example/web-api:1' }),
      };
      const commit = await world.repository.commit(files, 'first');
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      const runs = (name: string, image: string): Promise<unknown> =>
        world.view.present(
          `${name} runs ${image}`,
          world.ref('Deployment', name),
          (seen) => getPath(seen, ...IMAGE) === image,
        );
      await runs('web', 'example/web:2');
      const images = async (...list: readonly JsonObject[]): Promise<void> => app.change({ images: [...list] });
      await images({ name: 'example/web', newName: 'registry.example/web' });
      await runs('web', 'registry.example/web:2');
      const digest = `sha256:${'a'.repeat(64)}`;
      await images({ name: 'example/web', digest });
      await runs('web', `example/web@${digest}`);
      await images({ name: 'example/web', newTag: '3' });
      await runs('web', 'example/web:3');
      await runs('api', 'example/web-api:1');
    },
  ),
  scenario(
    'flux: names get prefix and suffix, references follow, and those of before are pruned',
    'flux',
    async (world) => {
      const web = deployment('web', {
        replicas: 0,
        podSpec: '      volumes: [{name: x, configMap: {name: settings}}]\n',
      });
      const commit = await world.repository.commit(
        { 'app/web.yaml': web, 'app/settings.yaml': configMap('settings', { a: '1' }) },
        'first',
      );
      const app = await world.app('flux', { path: 'app' });
      await app.applied(commit);
      await app.change({ namePrefix: 'eu-', nameSuffix: '-2' });
      const named = await world.view.present('it has its new name', world.ref('Deployment', 'eu-web-2'));
      const volume = textAt(named, 'spec', 'template', 'spec', 'volumes', 0, 'configMap', 'name');
      if (volume !== 'eu-settings-2') throw new Error(`it refers to ${volume}`);
      for (const kind of ['Deployment', 'ConfigMap'] as const) {
        const name = kind === 'Deployment' ? 'web' : 'settings';
        await world.view.until(`${name} is pruned`, world.ref(kind, name), (seen) => seen === undefined);
      }
      await app.change({ namePrefix: 'EU_' });
      await app.complains(/ReconciliationFailed .*EU_.*Invalid/);
      await world.settled(app.ref, app);
      if ((await world.view.live(world.ref('Deployment', 'eu-web-2'))) === undefined)
        throw new Error('what was there is pruned for a name that cannot be');
    },
  ),
  scenario(
    'flux: components are laid in, one that is not there stops all, unless it may be missing',
    'flux',
    async (world) => {
      const files = {
        'app/one.yaml': configMap('one', { a: 'git' }),
        'parts/extra/kustomization.yaml': component('resources: [two.yaml]\n'),
        'parts/extra/two.yaml': configMap('two', { a: 'git' }),
        'parts/loud/kustomization.yaml': component(
          'patches: [{target: {kind: ConfigMap}, patch: "- {op: add, path: /data/level, value: loud}"}]\n',
        ),
      };
      const commit = await world.repository.commit(files, 'first');
      const app = await world.app('flux', { path: 'app', spec: { components: ['../parts/extra', '../parts/loud'] } });
      await app.applied(commit);
      for (const name of ['one', 'two']) await dataIs(world, name, 'level', 'loud');
      await app.change({ components: ['../parts/extra', '../parts/absent'] });
      await app.complains(/BuildFailed .*parts\/absent/);
      await dataIs(world, 'two', 'level', 'loud');
      await app.change({ ignoreMissingComponents: true });
      for (const name of ['one', 'two']) await dataIs(world, name, 'level', '');
      await app.change({ components: ['../parts/absent'] });
      await world.view.until(
        'what came with it is pruned',
        world.ref('ConfigMap', 'two'),
        (seen) => seen === undefined,
      );
      await app.change({ components: ['../app'] });
      await app.complains(/BuildFailed/);
    },
  ),
  scenario(
    'flux: objects without a namespace go to the target, named ones too, and nowhere where it is not there',
    'flux',
    async (world) => {
      const named = configMap('named', { a: '1' }).replace('metadata: {', 'metadata: {namespace: default, ');
      await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }), 'app/named.yaml': named }, 'first');
      const missing = `${world.namespace}-absent`;
      const app = await world.app('flux', { path: 'app', spec: { targetNamespace: missing } });
      await app.complains(new RegExp(`ReconciliationFailed .*namespaces "${missing}" not found`));
      await app.change({ targetNamespace: null });
      await app.complains(/ReconciliationFailed .*namespace not specified/);
      const inDefault = { ...world.ref('ConfigMap', 'named'), namespace: 'default' };
      await app.change({ targetNamespace: world.namespace });
      for (const name of ['one', 'named']) await world.view.present('it is applied', world.ref('ConfigMap', name));
      if ((await world.view.live(inDefault)) !== undefined) throw new Error('it went where the manifest says');
    },
  ),
];
