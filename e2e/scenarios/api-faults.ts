import type { KubeClient } from '@capstan/kube';
import type { ApiRequest, Fault } from '@capstan/testkit';
import { getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { textAt, uidOf } from '../fields.ts';
import { configMap, job } from '../manifests.ts';
import { inBoth, scenario, type Dialect, type Scenario } from '../scenario.ts';
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

/** An object of a kind that no other scenario needs a watch of, so that the watch may be broken. */
interface Lone {
  readonly ref: VersionedRef;
  readonly plural: string;
  readonly spec: JsonObject;
  readonly drift: JsonObject;
}

function limitRange(world: World): Lone {
  const limits = (cpu: string): JsonObject => ({ limits: [{ type: 'Container', max: { cpu } }] });
  return { ref: world.ref('LimitRange', 'lone'), plural: 'limitranges', spec: limits('8'), drift: limits('2') };
}

function resourceQuota(world: World): Lone {
  const hard = (pods: string): JsonObject => ({ hard: { pods } });
  return { ref: world.ref('ResourceQuota', 'lone'), plural: 'resourcequotas', spec: hard('8'), drift: hard('2') };
}

async function appOf(world: World, dialect: Dialect, lone: Lone): Promise<App> {
  const { kind, name } = lone.ref;
  const manifest = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, spec: lone.spec });
  const commit = await world.repository.commit({ 'app/lone.yaml': `${manifest}\n` }, kind);
  const app = await world.app(dialect, { path: 'app' });
  await app.applied(commit);
  return app;
}

/** Does something to the open watch of a kind; waits for the watch where it is only being opened. */
async function toWatch(
  world: World,
  lone: Lone,
  act: (match: (request: ApiRequest) => boolean) => number,
): Promise<void> {
  const isWatch = (request: ApiRequest): boolean => request.verb === 'watch' && request.resource === lone.plural;
  while (act(isWatch) === 0)
    await new Promise<void>((resolve) => {
      const forget = world.faults.onRequest((request) => {
        if (!isWatch(request)) return;
        forget();
        // It counts as open once the listeners have been told.
        setImmediate(resolve);
      });
    });
}

async function healed(world: World, lone: Lone, timeoutMs?: number): Promise<void> {
  const isHealed = (seen: KubernetesObject): boolean =>
    JSON.stringify(getPath(seen, 'spec')).includes('"8"') && !JSON.stringify(getPath(seen, 'spec')).includes('"2"');
  await world.view.present(`${lone.ref.kind} is healed`, lone.ref, isHealed, timeoutMs);
}

/** A client whose writes are not waited for: nobody can see them yet. */
function unseen(world: World): KubeClient {
  return world.target.kube.client();
}

/** What the API, and the way to it, can do to us. */
export const apiFaultScenarios: readonly Scenario[] = [
  ...inBoth('a watch that falls silent is noticed, and what it missed is healed', async (world, dialect) => {
    const lone = limitRange(world);
    const app = await appOf(world, dialect, lone);
    await toWatch(world, lone, (match) => world.faults.silenceOpen(match));
    await unseen(world).patch(lone.ref, { kind: 'merge', patch: { spec: lone.drift } });
    // A server sends a bookmark about every minute: silence is noticed after a minute and a half.
    await healed(world, lone, 180_000);
    await app.reconciled();
  }),
  ...inBoth('a watch that breaks misses nothing', async (world, dialect) => {
    const lone = resourceQuota(world);
    const app = await appOf(world, dialect, lone);
    const gate = Promise.withResolvers<undefined>();
    let remove: () => void = () => undefined;
    await toWatch(world, lone, (match) => {
      remove();
      remove = world.faults.rules.add({
        match: (request) => ['watch', 'list'].includes(request.verb) && request.resource === lone.plural,
        fault: { kind: 'hold', until: gate.promise },
      });
      const broken = world.faults.breakOpen(match);
      if (broken === 0) remove();
      return broken;
    });
    // Both happen while nobody watches: the object is deleted, and made anew with another uid and something else in it.
    await unseen(world).delete(lone.ref);
    const { kind, name, namespace } = lone.ref;
    await unseen(world).create(
      { apiVersion: 'v1', kind, metadata: { name, namespace }, spec: lone.drift },
      { fieldManager: 'kubectl-create' },
    );
    remove();
    gate.resolve(undefined);
    await healed(world, lone);
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
  scenario('argo: a hook of which the reply is lost runs once', 'argo', async (world) => {
    const hook = job('before', { annotations: { 'argocd.argoproj.io/hook': 'PreSync' } });
    const commit = await world.repository.commit(
      {
        'app/before.yaml': hook.replace('name: before,', 'generateName: before-,'),
        'app/one.yaml': configMap('one', {}),
      },
      'a hook with a name of the server',
    );
    world.faults.rules.add({
      match: (request) =>
        request.namespace === world.namespace &&
        request.resource === 'jobs' &&
        ['create', 'patch'].includes(request.verb) &&
        !request.url.includes('dryRun='),
      fault: { kind: 'lose-reply' },
      times: 1,
    });
    const app = await world.app('argo', { path: 'app' });
    await app.applied(commit);
    await world.settled(app.ref, app);
    const jobs = await world.view.seeAll({ group: 'batch', kind: 'Job' }, world.namespace);
    if (jobs.length !== 1) throw new Error(`${jobs.length} Jobs for one hook`);
  }),
];
