import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { configMap, deployment, hopelessDeployment } from '../manifests.ts';
import { inBoth, lonely, lonelyInBoth, type Scenario } from '../scenario.ts';
import { conditionOf, textAt } from '../fields.ts';
import type { World } from '../world.ts';

const GOOD = 50;
/** So many at once that more wait for their turn than have one. */
const MANY = 40;

/** A server that takes connections and never says a word. */
async function muteServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/repo.git`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Apps side by side. */
export const neighbourScenarios: readonly Scenario[] = [
  ...inBoth('broken apps beside fifty good ones delay none of them', async (world, dialect) => {
    const mute = await muteServer();
    try {
      const files: Record<string, string> = {
        'bad/bad.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [bad\n',
        'hopeless/web.yaml': hopelessDeployment('hopeless'),
      };
      for (let index = 0; index < GOOD; index++)
        files[`good-${index}/one.yaml`] = configMap(`good-${index}`, { index: String(index) });
      const commit = await world.repository.commit(files, 'all');
      const bad = await world.app(dialect, { path: 'bad' }, 'bad');
      const hopeless = await world.app(dialect, { path: 'hopeless' }, 'hopeless');
      const silent = await world.app(dialect, { path: 'any', url: mute.url }, 'mute');
      await bad.complains(/bad\.yaml/);
      const good = await Promise.all(
        Array.from({ length: GOOD }, (_, index) => world.app(dialect, { path: `good-${index}` }, `good-${index}`)),
      );
      await Promise.all(good.map((app) => app.applied(commit)));
      for (const app of [bad, hopeless, silent]) {
        const live = await world.view.live(app.ref);
        const ready = textAt(conditionOf(live, 'Ready'), 'status') === 'True';
        const healthy =
          textAt(live, 'status', 'sync', 'status') === 'Synced' &&
          textAt(live, 'status', 'health', 'status') === 'Healthy';
        if (ready || healthy) throw new Error(`${app.ref.name} was to be broken`);
      }
    } finally {
      await mute.close();
    }
  }),
  ...lonelyInBoth('a commit to one folder of a shared repository renders one app', async (world, dialect) => {
    const controllers = await world.startControllers();
    const count = 12;
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`app-${index}/one.yaml`, configMap(`one-${index}`, { a: '1' })]),
    );
    const first = await world.repository.commit(files, 'first');
    const apps = await Promise.all(
      Array.from({ length: count }, (_, index) => world.app(dialect, { path: `app-${index}` }, `app-${index}`)),
    );
    await Promise.all(apps.map((app) => app.applied(first)));
    const before = await controllers.renders();
    const second = await world.repository.commit({ 'app-3/one.yaml': configMap('one-3', { a: '2' }) }, 'second');
    for (const app of apps) await app.refresh();
    await Promise.all(apps.map((app) => app.applied(second)));
    const renders = (await controllers.renders()) - before;
    if (renders !== 1) throw new Error(`${renders} renders for one changed app`);
    const live = await world.view.live(world.ref('ConfigMap', 'one-3'));
    if (textAt(live, 'data', 'a') !== '2') throw new Error('the change was not applied');
  }),
  lonely(
    'argo: of many at once each tells how it ended, those that wait for health too, through a kill',
    'argo',
    async (world) => {
      const controllers = await world.startControllers();
      const names = Array.from({ length: MANY }, (_, index) => `web-${index}`);
      const hopeless = ['hopeless-0', 'hopeless-1'];
      const commit = await world.repository.commit(
        Object.fromEntries([
          ...names.map((name) => [`${name}/web.yaml`, deployment(name)] as const),
          ...hopeless.map((name) => [`${name}/web.yaml`, hopelessDeployment(name)] as const),
        ]),
        'all',
      );
      const inTheirMidst = seen(world, MANY / 2);
      const made = Promise.all([...hopeless, ...names].map((name) => world.app('argo', { path: name }, name)));
      await inTheirMidst;
      await controllers.kill();
      await world.startControllers();
      const apps = await made;
      for (const [index, app] of apps.entries()) {
        const isHopeless = index < hopeless.length;
        if (!isHopeless) await app.applied(commit);
        await world.view.present('its sync has ended', app.ref, (live) => {
          const phase = textAt(live, 'status', 'operationState', 'phase');
          const health = textAt(live, 'status', 'health', 'status');
          return phase === 'Succeeded' && health === (isHopeless ? 'Progressing' : 'Healthy');
        });
      }
      for (const name of names) {
        const live = await world.view.live(world.ref('Deployment', name));
        if (live?.metadata['generation'] !== 1) throw new Error(`${name} was changed after it was made`);
      }
      if (world.writes().some(({ verb, namespace }) => verb === 'delete' && namespace === world.namespace))
        throw new Error('something was deleted');
    },
  ),
];

/** Resolves when so many Deployments have been asked for. */
function seen(world: World, count: number): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const forget = world.faults.onRequest(({ namespace, resource, verb }) => {
      if (namespace !== world.namespace || resource !== 'deployments' || verb !== 'create' || ++asked < count) return;
      forget();
      resolve();
    });
  });
}
