import { createServer, type AddressInfo, type Socket } from 'node:net';
import { configMap } from '../manifests.ts';
import { lonely, type Dialect, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** More than there are workers, and than processes of git for one server. */
const SILENT_APPS = 24;
/** Processes of git that talk to one server at a time. */
const AT_ONCE = 8;

/** A server that takes connections and never says a word. */
interface SilentServer {
  readonly url: string;
  /** Resolves when so many have connected. */
  asked(count: number): Promise<void>;
  /** How many have given up. */
  readonly left: number;
  close(): Promise<void>;
}

async function startSilentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let asked = 0;
  let left = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    asked += 1;
    for (const { count, resolve } of waiting) if (asked >= count) resolve();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      left += 1;
    });
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (count) =>
      new Promise((resolve) => {
        if (asked >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    get left() {
      return left;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function besideSilence(world: World, dialect: Dialect): Promise<void> {
  await world.startControllers();
  const server = await startSilentServer();
  try {
    const first = await world.repository.commit({ 'app/one.yaml': configMap('one', {}) }, 'first');
    const names = Array.from({ length: SILENT_APPS }, (_, at) => `silent-${at}`);
    await Promise.all(
      names.map((name) =>
        world.app(dialect, { path: 'app', url: `${server.url}/${name}.git`, sourceTimeout: '5m' }, name),
      ),
    );
    await server.asked(AT_ONCE);
    const app = await world.app(dialect, { path: 'app' });
    await app.applied(first);
    const second = await world.repository.commit({ 'app/one.yaml': configMap('one', { a: '2' }) }, 'second');
    await app.refresh();
    await app.applied(second);
    if (server.left > 0) throw new Error(`${server.left} had to give up before the others’ turn came`);
  } finally {
    await server.close();
  }
  await world.clean();
}

/** Servers that never answer. */
export const silentServerScenarios: readonly Scenario[] = (['argo', 'flux'] as const).map((dialect) =>
  lonely(`${dialect}: repositories that never answer delay nobody else’s`, dialect, (world) =>
    besideSilence(world, dialect),
  ),
);
