import { getPath, type VersionedRef } from '@capstan/object';
import { textAt, uidOf, versionOf } from '../fields.ts';
import { configMap, deployment, hopelessDeployment, job } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const wave = (number: number): Readonly<Record<string, string>> => ({
  'argocd.argoproj.io/sync-wave': String(number),
});

const hook = (kind: string, policy?: string): Readonly<Record<string, string>> => ({
  'argocd.argoproj.io/hook': kind,
  ...(policy === undefined ? {} : { 'argocd.argoproj.io/hook-delete-policy': policy }),
});

/** Follows objects from before they are there; tells in which order they came, by the resourceVersion of first sight. */
async function creationOrder(world: World, refs: readonly VersionedRef[]): Promise<() => string> {
  const first = new Map<string, bigint>();
  for (const ref of refs)
    await world.view.follow(ref, (seen) => {
      if (!first.has(ref.name)) first.set(ref.name, BigInt(versionOf(seen)));
    });
  return () =>
    [...first]
      .sort(([, left], [, right]) => (left < right ? -1 : 1))
      .map(([name]) => name)
      .join(' ');
}

/** What comes first, and what waits for it. */
export const orderScenarios: readonly Scenario[] = [
  scenario('argo: waves are applied in order, each after the one before is healthy', 'argo', async (world) => {
    const files = {
      'app/third.yaml': configMap('third', { a: '1' }, wave(5)),
      'app/first.yaml': configMap('first', { a: '1' }, wave(-1)),
      'app/web.yaml': deployment('web', { replicas: 1, annotations: wave(2) }),
    };
    const order = await creationOrder(world, [
      world.ref('ConfigMap', 'first'),
      world.ref('Deployment', 'web'),
      world.ref('ConfigMap', 'third'),
    ]);
    const commit = await world.repository.commit(files, 'waves');
    const app = await world.app('argo', { path: 'app' });
    await world.view.present('the last wave is there', world.ref('ConfigMap', 'third'));
    const web = await world.view.live(world.ref('Deployment', 'web'));
    if (getPath(web, 'status', 'availableReplicas') !== 1) throw new Error('the last wave did not wait');
    await app.applied(commit);
    if (order() !== 'first web third') throw new Error(`made in the order ${order()}`);
  }),
  scenario(
    'argo: a wave that never becomes healthy holds up the next ones, and nothing else',
    'argo',
    async (world) => {
      await world.repository.commit(
        {
          'app/first.yaml': configMap('first', { a: '1' }, wave(0)),
          'app/web.yaml': hopelessDeployment('web'),
          'app/second.yaml': configMap('second', { a: '1' }, wave(1)),
        },
        'waves',
      );
      const app = await world.app('argo', { path: 'app' });
      await world.view.present('the first wave is there', world.ref('ConfigMap', 'first'));
      await world.view.present('the Deployment is there', world.ref('Deployment', 'web'));
      await world.settled(world.ref('Deployment', 'web'), app);
      if ((await world.view.live(world.ref('ConfigMap', 'second'))) !== undefined)
        throw new Error('the second wave did not wait');
    },
  ),
  scenario('argo: hooks run before and after, and are deleted as they say', 'argo', async (world) => {
    const files = {
      'app/before.yaml': job('before', { annotations: hook('PreSync', 'HookSucceeded') }),
      'app/one.yaml': configMap('one', { a: '1' }),
      'app/after.yaml': job('after', { annotations: hook('PostSync', 'BeforeHookCreation') }),
      'app/skipped.yaml': configMap('skipped', { a: '1' }, hook('Skip')),
      'app/failure.yaml': job('failure', { annotations: hook('SyncFail') }),
    };
    const [before, after] = [world.ref('Job', 'before'), world.ref('Job', 'after')];
    const order = await creationOrder(world, [before, world.ref('ConfigMap', 'one'), after]);
    const first = await world.repository.commit(files, 'hooks');
    const app = await world.app('argo', { path: 'app' });
    await app.applied(first);
    await world.view.until('the first hook is deleted, since it succeeded', before, (seen) => seen === undefined);
    const kept = await world.view.present('the last hook is kept', after);
    if (order() !== 'before one after') throw new Error(`made in the order ${order()}`);
    for (const name of ['skipped', 'failure'])
      if ((await world.view.live(world.ref(name === 'skipped' ? 'ConfigMap' : 'Job', name))) !== undefined)
        throw new Error(`${name} was applied`);
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'again');
    await app.refresh();
    await app.applied(second);
    await world.view.present('the last hook was made anew', after, (seen) => uidOf(seen) !== uidOf(kept));
  }),
  scenario('argo: a hook that fails stops the sync, and SyncFail hooks run', 'argo', async (world) => {
    await world.repository.commit(
      {
        'app/before.yaml': job('before', { annotations: hook('PreSync'), fails: true }),
        'app/one.yaml': configMap('one', { a: '1' }),
        'app/failure.yaml': configMap('failure', { told: 'yes' }, hook('SyncFail')),
      },
      'hooks',
    );
    const app = await world.app('argo', { path: 'app', retry: { limit: 0 } });
    await world.view.present(
      'the operation has failed',
      app.ref,
      (seen) => ['Failed', 'Error'].includes(textAt(seen, 'status', 'operationState', 'phase')),
      100_000,
    );
    await world.view.present('the SyncFail hook was applied', world.ref('ConfigMap', 'failure'));
    await world.settled(app.ref, app);
    if ((await world.view.live(world.ref('ConfigMap', 'one'))) !== undefined)
      throw new Error('the sync went on after a failed hook');
  }),
  scenario('flux: a definition and an object of it in one commit are applied', 'flux', async (world) => {
    const group = `${world.namespace}.example.com`;
    const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Gadget, listKind: GadgetList, plural: gadgets, singular: gadget}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
`;
    const gadget = `apiVersion: ${group}/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: 3}\n`;
    const commit = await world.repository.commit({ 'app/a.yaml': gadget, 'app/b.yaml': definition }, 'both');
    const app = await world.app('flux', { path: 'app' });
    await app.applied(commit);
    await app.remove();
    await app.gone();
    const crd = {
      group: 'apiextensions.k8s.io',
      version: 'v1',
      kind: 'CustomResourceDefinition',
      namespace: '',
      name: `gadgets.${group}`,
    };
    await world.view.until('the definition is gone with the app', crd, (seen) => seen === undefined);
  }),
  scenario('flux: what depends on another waits until that is ready', 'flux', async (world) => {
    await world.repository.commit(
      { 'base/one.yaml': 'kind: [\n', 'top/two.yaml': configMap('two', { b: '2' }) },
      'a broken base',
    );
    const base = await world.app('flux', { path: 'base' }, 'base');
    const top = await world.app('flux', { path: 'top', spec: { dependsOn: [{ name: base.ref.name }] } }, 'top');
    await base.complains(/one\.yaml/);
    await top.complains(/dependency/i);
    await world.settled(top.ref, base);
    if ((await world.view.live(world.ref('ConfigMap', 'two'))) !== undefined) throw new Error('it did not wait');
    const second = await world.repository.commit({ 'base/one.yaml': configMap('one', { a: '1' }) }, 'mended');
    await base.refresh();
    await top.refresh();
    await base.applied(second);
    await top.applied(second);
  }),
  scenario(
    'flux: what does not become healthy in time fails, and is healthy once it is mended',
    'flux',
    async (world) => {
      await world.repository.commit({ 'app/web.yaml': hopelessDeployment('web') }, 'hopeless');
      const app = await world.app('flux', {
        path: 'app',
        spec: {
          wait: false,
          timeout: '30s',
          healthChecks: [{ kind: 'Deployment', name: 'web', namespace: world.namespace }],
        },
      });
      await app.complains(/HealthCheckFailed.*web/, 90_000);
      const second = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'mended');
      await app.refresh();
      await app.applied(second);
    },
  ),
];
