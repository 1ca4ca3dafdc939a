import { getPath, type JsonObject, type KubernetesObject } from '@capstan/object';
import { textAt, versionOf } from '../fields.ts';
import { configMap, deployment } from '../manifests.ts';
import { scenario, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const APPLY = { fieldManager: 'autoscaler', force: true };

function replicasOf(seen: KubernetesObject | undefined): unknown {
  return getPath(seen, 'spec', 'replicas');
}

/** Whether kustomize-controller has applied a field of the spec. */
function isOurs(seen: KubernetesObject | undefined, field: string): boolean {
  const entries = seen?.metadata['managedFields'];
  if (!Array.isArray(entries)) return false;
  return entries.some(
    (entry: unknown) =>
      textAt(entry as JsonObject, 'manager') === 'kustomize-controller' &&
      getPath(entry as JsonObject, 'fieldsV1', 'f:spec', `f:${field}`) !== undefined,
  );
}

async function scaleBy(world: World, manager: 'apply' | 'update', replicas: number): Promise<KubernetesObject> {
  const ref = world.ref('Deployment', 'web');
  if (manager === 'update') return world.edit(ref, { spec: { replicas } }, 'autoscaler');
  const metadata = { name: ref.name, namespace: ref.namespace };
  return world.view.client.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas } }, APPLY);
}

/** Fields that a Kustomization leaves to others. */
export const fluxIgnoreScenarios: readonly Scenario[] = [
  scenario(
    'flux: an ignored field that another has applied is theirs, and no other field is',
    'flux',
    async (world) => {
      const web = world.ref('Deployment', 'web');
      const first = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
      const ignore = [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }];
      const app = await world.app('flux', { path: 'app', spec: { ignore } });
      await app.applied(first);
      const scaled = await scaleBy(world, 'apply', 3);
      await world.settled(web, app);
      if (replicasOf(await world.view.live(web)) !== 3) throw new Error('the field was taken back');
      if (replicasOf(scaled) !== 3) throw new Error('it was not scaled');
      await world.edit(web, { spec: { paused: true, minReadySeconds: 7 } }, 'kubectl-edit');
      await world.view.until('another field is healed', web, (seen) => getPath(seen, 'spec', 'paused') !== true);
      const second = await world.repository.commit(
        { 'app/web.yaml': deployment('web', { replicas: 1, image: 'nginx:1.28' }) },
        'second',
      );
      await app.refresh();
      await app.applied(second);
      const live = await world.view.live(web);
      if (replicasOf(live) !== 3) throw new Error('the field was taken back by the next commit');
      if (isOurs(live, 'replicas')) throw new Error('it is still owned');
      await app.change({ ignore: [] });
      await world.view.until('without the rule Git has its way', web, (seen) => replicasOf(seen) === 1);
    },
  ),
  scenario('flux: an ignored field that was edited keeps its value through commits', 'flux', async (world) => {
    const web = world.ref('Deployment', 'web');
    const first = await world.repository.commit({ 'app/web.yaml': deployment('web', { replicas: 1 }) }, 'first');
    const app = await world.app('flux', { path: 'app', spec: { ignore: [{ paths: ['/spec/replicas'] }] } });
    await app.applied(first);
    await scaleBy(world, 'update', 2);
    await world.settled(web, app);
    const second = await world.repository.commit(
      { 'app/web.yaml': deployment('web', { replicas: 5, image: 'nginx:1.28' }) },
      'second',
    );
    await app.refresh();
    await app.applied(second);
    const live = await world.view.live(web);
    if (replicasOf(live) !== 2) throw new Error('Git had its way');
    if (!isOurs(live, 'replicas')) throw new Error('it is owned by nobody who applies');
    const before = versionOf(live);
    await app.reconciled();
    const after = await world.view.live(web);
    if (before !== versionOf(after) && !isOnlyStatus(live, after)) throw new Error('it was written again');
  }),
  scenario(
    'flux: a rule for others leaves an object as Git has it, and one that is no rule stops all',
    'flux',
    async (world) => {
      const one = world.ref('ConfigMap', 'one');
      const first = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '1' }) }, 'first');
      const ignore = [{ paths: ['/data/a'], target: { kind: 'Secret|Service' } }];
      const app = await world.app('flux', { path: 'app', spec: { ignore } });
      await app.applied(first);
      await world.edit(one, { data: { a: 'drift' } });
      await world.view.until('it is healed', one, (seen) => textAt(seen, 'data', 'a') === '1');
      await app.change({ ignore: [{ paths: ['/data/a'], target: { kind: '(' } }] });
      await app.complains(/ReconciliationFailed failed to create ignore rule selector/);
    },
  ),
];

function isOnlyStatus(left: KubernetesObject | undefined, right: KubernetesObject | undefined): boolean {
  return getPath(left, 'metadata', 'generation') === getPath(right, 'metadata', 'generation');
}
