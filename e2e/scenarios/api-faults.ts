import type { ApiRequest, Fault } from '@capstan/testkit';
import { getPath, type KubernetesObject } from '@capstan/object';
import { textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { inBoth, type Dialect, type Scenario } from '../scenario.ts';
import type { App } from '../app.ts';
import type { World } from '../world.ts';

const names = ['one', 'two', 'three', 'four'] as const;

function files(level: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`app/${name}.yaml`, configMap(name, { LEVEL: level })]));
}

/** Real writes to the workload of a scenario. */
function isWorkloadWrite(world: World, request: ApiRequest): boolean {
  return (
    request.namespace === world.namespace &&
    ['create', 'update', 'patch', 'delete'].includes(request.verb) &&
    request.resource === 'configmaps' &&
    !request.url.includes('dryRun=')
  );
}

/** Applies a commit, then another while the API does something bad; all has to end as if nothing had been. */
async function survives(world: World, dialect: Dialect, fault: Fault, times: number): Promise<void> {
  const first = await world.repository.commit(files('info'), 'first');
  // The first apply meets the fault as well: objects that are being made.
  world.faults.rules.add({ match: (request) => isWorkloadWrite(world, request), fault, skip: 1, times });
  const app = await world.app(dialect, { path: 'app' });
  await app.refresh();
  await app.applied(first);
  const uids = await uidsOf(world);
  const second = await world.repository.commit(files('debug'), 'second');
  world.faults.rules.add({ match: (request) => isWorkloadWrite(world, request), fault, skip: 1, times });
  await app.refresh();
  await app.applied(second);
  for (const name of names) {
    const live = await world.view.live(world.ref('ConfigMap', name));
    if (textAt(live, 'data', 'LEVEL') !== 'debug') throw new Error(`${name} is not as Git says`);
  }
  if ((await uidsOf(world)) !== uids) throw new Error('an object was made anew');
  const deletes = world
    .writes()
    .filter((request) => request.verb === 'delete' && request.namespace === world.namespace);
  if (deletes.length > 0) throw new Error(`something was deleted: ${deletes.map(({ url }) => url).join(', ')}`);
}

async function uidsOf(world: World): Promise<string> {
  const live = await Promise.all(names.map((name) => world.view.live(world.ref('ConfigMap', name))));
  const uids = live.map(uidOf);
  if (uids.includes('')) throw new Error('an object is missing');
  return uids.join(' ');
}

/** An app of a LimitRange, a kind that no other scenario needs a watch of. */
async function limits(world: World, dialect: Dialect): Promise<App> {
  const commit = await world.repository.commit(
    {
      'app/limits.yaml':
        'apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: [{type: Container, max: {cpu: "8"}}]}\n',
    },
    'limits',
  );
  const app = await world.app(dialect, { path: 'app' });
  await app.applied(commit);
  return app;
}

const isLimitsWatch = (request: ApiRequest): boolean => request.verb === 'watch' && request.resource === 'limitranges';

const isHealed = (seen: KubernetesObject): boolean =>
  textAt(seen, 'spec', 'limits', 0, 'max', 'cpu') === '8' && getPath(seen, 'spec', 'limits', 1) === undefined;

const drift = { spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } };

/** What the API, and the way to it, can do to us. */
export const apiFaultScenarios: readonly Scenario[] = [
  ...inBoth('a watch that falls silent is noticed, and what it missed is healed', async (world, dialect) => {
    const app = await limits(world, dialect);
    const ref = world.ref('LimitRange', 'limits');
    world.faults.silenceOpen(isLimitsWatch);
    await world.edit(ref, drift);
    // A server sends a bookmark about every minute: silence is noticed after a minute and a half.
    await world.view.present('the limit is healed', ref, isHealed, 180_000);
    await app.reconciled();
  }),
  ...inBoth('a watch that breaks misses nothing', async (world, dialect) => {
    const app = await limits(world, dialect);
    const ref = world.ref('LimitRange', 'limits');
    const gate = Promise.withResolvers<undefined>();
    const remove = world.faults.rules.add({
      match: (request) => ['watch', 'list'].includes(request.verb) && request.resource === 'limitranges',
      fault: { kind: 'hold', until: gate.promise },
    });
    world.faults.breakOpen(isLimitsWatch);
    // Both happen while nobody watches: the object is changed, and made anew with another uid.
    await world.view.client.delete(ref);
    await world.view.client.create(
      { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits', namespace: world.namespace }, ...drift },
      { fieldManager: 'kubectl-create' },
    );
    remove();
    gate.resolve(undefined);
    await world.view.present('the limit is healed', ref, isHealed);
    await app.reconciled();
  }),
  ...inBoth('a reply that is lost is no second object, and no lost one', (world, dialect) =>
    survives(world, dialect, { kind: 'lose-reply' }, 2),
  ),
  ...inBoth('a connection that breaks before the server has seen a write is got over', (world, dialect) =>
    survives(world, dialect, { kind: 'drop' }, 2),
  ),
  ...inBoth('conflicts are got over', (world, dialect) => survives(world, dialect, { kind: 'status', status: 409 }, 2)),
  ...inBoth('a server that asks to slow down is heeded', (world, dialect) =>
    survives(world, dialect, { kind: 'status', status: 429, retryAfterSeconds: 1 }, 3),
  ),
  ...inBoth('internal errors are got over', (world, dialect) =>
    survives(world, dialect, { kind: 'status', status: 500 }, 3),
  ),
];
