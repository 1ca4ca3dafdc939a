import type { ApiRequest } from '@capstan/testkit';
import { textAt, uidOf } from '../fields.ts';
import { configMap } from '../manifests.ts';
import { lonelyInBoth, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `part-${letter}`);

function files(level: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`app/${name}.yaml`, configMap(name, { LEVEL: level })]));
}

function isWrite(world: World, request: ApiRequest, verbs: readonly ApiRequest['verb'][]): boolean {
  return (
    request.namespace === world.namespace &&
    request.resource === 'configmaps' &&
    verbs.includes(request.verb) &&
    !request.url.includes('dryRun=')
  );
}

/** Holds the n-th matching request, and all after it, for good; resolves when it has come. */
function holdAt(world: World, count: number, match: (request: ApiRequest) => boolean): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const forget = world.faults.onRequest((request) => {
      if (!match(request) || ++seen < count) return;
      forget();
      resolve();
    });
    world.faults.rules.add({
      match,
      skip: count - 1,
      fault: { kind: 'hold', until: new Promise<never>(() => undefined) },
    });
  });
}

async function uids(world: World, of: readonly string[]): Promise<string> {
  const live = await Promise.all(of.map((name) => world.view.live(world.ref('ConfigMap', name))));
  return live.map(uidOf).join(' ');
}

function deleted(world: World): readonly string[] {
  return world
    .writes()
    .filter((request) => request.namespace === world.namespace && request.verb === 'delete')
    .map((request) => request.name);
}

/** Controllers that die in the middle of what they do. */
export const killScenarios: readonly Scenario[] = [
  ...lonelyInBoth('killed in the middle of an apply, the next process ends it', async (world, dialect) => {
    let controllers = await world.startControllers();
    const first = await world.repository.commit(files('info'), 'first');
    const making = holdAt(world, 4, (request) => isWrite(world, request, ['create', 'patch', 'update']));
    const app = await world.app(dialect, { path: 'app' });
    await making;
    await controllers.kill();
    world.faults.rules.clear();
    controllers = await world.startControllers();
    await app.applied(first);
    const before = await uids(world, names);
    const second = await world.repository.commit(files('debug'), 'second');
    const changing = holdAt(world, 4, (request) => isWrite(world, request, ['create', 'patch', 'update']));
    await app.refresh();
    await changing;
    await controllers.kill();
    world.faults.rules.clear();
    await world.startControllers();
    await app.applied(second);
    for (const name of names)
      if (textAt(await world.view.live(world.ref('ConfigMap', name)), 'data', 'LEVEL') !== 'debug')
        throw new Error(`${name} is not as Git says`);
    if ((await uids(world, names)) !== before) throw new Error('an object was made anew');
    if (deleted(world).length > 0) throw new Error(`deleted: ${deleted(world).join(', ')}`);
  }),
  ...lonelyInBoth(
    'killed in the middle of a prune, the next process ends it and deletes nothing else',
    async (world, dialect) => {
      const controllers = await world.startControllers();
      const [kept, dropped] = [names.slice(0, 3), names.slice(3)];
      const first = await world.repository.commit(files('info'), 'first');
      const app = await world.app(dialect, { path: 'app', prune: true });
      await app.applied(first);
      const before = await uids(world, kept);
      const pruning = holdAt(world, 3, (request) => isWrite(world, request, ['delete']));
      const without = Object.fromEntries(dropped.map((name) => [`app/${name}.yaml`, null]));
      const second = await world.repository.commit(without, 'drop five');
      await app.refresh();
      await pruning;
      await controllers.kill();
      world.faults.rules.clear();
      await world.startControllers();
      await app.applied(second);
      for (const name of dropped)
        await world.view.until(`${name} is pruned`, world.ref('ConfigMap', name), (seen) => seen === undefined);
      if ((await uids(world, kept)) !== before) throw new Error('a kept object was lost or made anew');
      const wrong = deleted(world).filter((name) => !dropped.includes(name));
      if (wrong.length > 0) throw new Error(`deleted: ${wrong.join(', ')}`);
    },
  ),
  ...lonelyInBoth(
    'a process that starts beside what is applied already writes nothing to it',
    async (world, dialect) => {
      const controllers = await world.startControllers();
      const first = await world.repository.commit(files('info'), 'first');
      const app = await world.app(dialect, { path: 'app' });
      await app.applied(first);
      await controllers.kill();
      const before = world.writes().length;
      await world.startControllers();
      await app.reconciled();
      await app.applied(first);
      const writes = world
        .writes()
        .slice(before)
        .filter((request) => request.namespace === world.namespace);
      if (writes.length > 0) throw new Error(`it wrote ${writes.map(({ verb, url }) => `${verb} ${url}`).join(', ')}`);
    },
  ),
];
