import { rm, writeFile } from 'node:fs/promises';
import { CapstanError, messageOf } from '@capstan/errors';
import { connectCluster, loadKubeconfig } from '@capstan/kube';
import { startGitHost } from '@capstan/source';
import { lastRun, type LastRun } from './last-run.ts';
import { monoRepo } from './mono-repo.ts';
import { startPart, type Part } from './part.ts';
import { FIRST_PAGE_PORT, keptPorts, type Ports } from './ports.ts';
import { sendPushNotice, watchPushes } from './push-notices.ts';
import { installDefinitions, seedCluster } from './seed-cluster.ts';
import { seedRepository } from './seed-repository.ts';
import { startSandboxPart } from './start-sandbox.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import { allSettled, appLine, tellChanges, watchApps } from './watch-apps.ts';
import { isSettled } from '@capstan/views';
import { welcome } from './welcome.ts';

const REPOSITORY = 'mono-repo.git';
/** What is seeded, and must be synced and healthy for `--once` to end well. */
const seeded = [
  'GitRepository/flux-system/mono-repo',
  'Kustomization/flux-system/development',
  'Application/argocd/staging',
  'Application/argocd/production',
];

/** How `up` is asked to run. */
export interface UpOptions {
  readonly state: string;
  /** The page's port: undefined for the one of last time, 0 for any. */
  readonly port: number | undefined;
  readonly once: boolean;
  /** How long everything seeded may take to be synced and healthy, with `once`. */
  readonly timeoutMs: number;
  /** A line of progress. */
  readonly say: (line: string) => void;
  /** What the command is for: printed once everything runs. */
  readonly print: (text: string) => void;
  readonly stop: Promise<unknown>;
}

/**
 * Runs the whole of Capstan on the embedded sandbox until it is stopped, or with `once` until everything seeded is synced
 * and healthy. Throws UP_FAILED, and WAIT_TIMEOUT with `once`.
 */
export async function runUp(options: UpOptions): Promise<void> {
  const folder = openStateFolder(options.state);
  const last = await lastRun(folder);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    await go(folder, options, last, closing);
  } finally {
    await rm(folder.upFile, { force: true });
    for (const close of closing.reverse()) {
      await close().catch((error: unknown) => options.say(`while stopping: ${messageOf(error)}`));
    }
  }
}

async function go(
  folder: StateFolder,
  options: UpOptions,
  last: LastRun,
  closing: (() => Promise<unknown>)[],
): Promise<void> {
  const { say } = options;
  const stopped = options.stop.then(() => 'stopped' as const);
  const kept = await keptPorts(folder.portsFile, options.port === undefined ? FIRST_PAGE_PORT : 0, last);
  await seedRepository(folder.repositories, REPOSITORY, monoRepo);

  say('starting the sandbox');
  const sandbox = await startSandboxPart(folder, kept.sandbox);
  closing.push(() => sandbox.stop());
  const kube = connectCluster(await loadKubeconfig({ path: folder.kubeconfig }), { userAgent: 'capstan-up' });
  closing.push(() => kube.close());
  await installDefinitions(kube.client());

  let notify: (repository: string) => void = () => undefined;
  const git = await startGitHost({
    root: folder.repositories,
    port: kept.git,
    onPush: ({ repository }) => notify(repository),
    onError: (error) => say(`the Git host: ${messageOf(error)}`),
  });
  closing.push(() => git.close());
  await seedCluster(kube.client(), git.url, REPOSITORY);

  say('starting the controllers');
  const controllers = await startControllers(folder, kept, options.port);
  closing.push(() => controllers.stop());
  notify = (repository) => {
    sendPushNotice(controllers.ready['webhooks'] ?? '', `${git.url}/${repository}`).catch((error: unknown) =>
      say(`a push could not be passed on: ${messageOf(error)}`),
    );
  };
  const unwatch = watchPushes(folder.repositories, (repository) => notify(repository));
  closing.push(async () => unwatch());

  const where = {
    url: controllers.ready['listen'] ?? '',
    kubeconfig: folder.kubeconfig,
    repository: `${git.url}/${REPOSITORY}`,
  };
  await writeState(folder, sandbox, controllers, git.port, where);
  const watched = await watchApps(folder.kubeconfig);
  closing.push(() => watched.close());
  const untell = tellChanges(watched.feed, say);
  closing.push(async () => untell());
  options.print(welcome(where));

  const lost = Promise.race([sandbox.running, controllers.running]);
  if (!options.once) {
    await Promise.race([lost, stopped]);
    return;
  }
  const done = allSettled(watched.feed, seeded).then(() => 'settled' as const);
  const ending = await Promise.race([done, lost, stopped, elapsed(options.timeoutMs)]);
  if (ending === 'settled') say('everything is synced and healthy');
  if (ending === 'timeout') {
    const left = watched.feed.list().filter((app) => !isSettled(app));
    throw new CapstanError('WAIT_TIMEOUT', `not everything is synced and healthy:\n${left.map(appLine).join('\n')}`);
  }
}

function startControllers(folder: StateFolder, kept: Ports, port: number | undefined): Promise<Part> {
  const at = (number: number): string => `127.0.0.1:${number}`;
  const page = port === undefined || port === 0 ? kept.listen : port;
  return startPart(
    'the controllers',
    [
      ...['run', '--kubeconfig', folder.kubeconfig, '--cache', folder.cache],
      // The next start must not wait for a Lease that this one could not give up: it is the same holder.
      ...['--identity', 'capstan-up'],
      // The Git host that people push to is on this machine.
      '--allow-local-remote-bases',
      ...['--listen', at(page), '--artifacts', at(kept.artifacts), '--webhooks', at(kept.webhooks)],
      ...['--metrics', at(kept.metrics), '--debug', at(kept.debug), '--debug-token-file', folder.debugToken],
    ],
    folder.controllersLog,
  );
}

async function writeState(
  folder: StateFolder,
  sandbox: Part,
  controllers: Part,
  gitPort: number,
  where: { readonly url: string; readonly kubeconfig: string; readonly repository: string },
): Promise<void> {
  const port = (url: string | undefined): number => Number(new URL(url ?? 'http://127.0.0.1:0').port);
  const ports: Ports = {
    sandbox: port(sandbox.ready['url']),
    git: gitPort,
    listen: port(controllers.ready['listen']),
    artifacts: port(controllers.ready['artifacts']),
    webhooks: port(controllers.ready['webhooks']),
    metrics: port(controllers.ready['metrics']),
    debug: port(controllers.ready['debug']),
  };
  await writeFile(folder.portsFile, `${JSON.stringify(ports, null, 2)}\n`);
  const up = {
    url: where.url,
    kubeconfig: where.kubeconfig,
    repositories: { 'mono-repo': where.repository },
    metrics: controllers.ready['metrics'],
    debug: controllers.ready['debug'],
    debugTokenFile: folder.debugToken,
    process: process.pid,
  };
  await writeFile(folder.upFile, `${JSON.stringify(up, null, 2)}\n`);
}

function elapsed(milliseconds: number): Promise<'timeout'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('timeout'), milliseconds).unref();
  });
}
