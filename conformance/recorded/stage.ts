import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { crdOf, argoResources, fluxResources } from '@capstan/api';
import { silentLog, type Engine, type Log, type QueueFactory } from '@capstan/controllers';
import { messageOf } from '@capstan/errors';
import { connectCluster, loadKubeconfig, type ClusterConfig, type KubeClient } from '@capstan/kube';
import { getPath, parseJson, type KubernetesObject } from '@capstan/object';
import { startFaultProxy, type ApiRequest } from '@capstan/testkit';
import { controllerQueues } from '../../packages/cli/src/wiring/controller-queue.ts';
import { createEngine } from '../../packages/cli/src/wiring/create-engine.ts';
import type { Environment } from '../corpus.ts';
import { startGitWorld, type GitWorld } from './repositories.ts';

/** Controllers that run on the stage. */
export type StartControllers = (
  engine: Engine,
  queues: QueueFactory,
) => Promise<{ close(): Promise<void> }> | { close(): Promise<void> };

/** What scenarios are played on: a cluster, Git hosts, and the controllers, shared by all of a corpus. */
export interface Stage {
  readonly client: KubeClient;
  readonly git: GitWorld;
  /** Folder of this run, removed at its end. */
  readonly directory: string;
  /** Whether one of these keys is being reconciled, or about to be. */
  isBusy(isOf: (key: string) => boolean): boolean;
  close(): Promise<void>;
}

const sandboxMain = fileURLToPath(new URL('../../packages/sandbox/src/main.ts', import.meta.url));
const ARTIFACTS = 'http://source-controller.flux-system.svc.cluster.local.';

/** How a stage is set beyond the plain one. */
export interface StageOptions {
  /** Made before the controllers start, by somebody who has left. */
  readonly prepare?: (stage: Pick<Stage, 'client' | 'git'>) => Promise<void>;
  /** Told of every request that the controllers send. */
  readonly onRequest?: (request: ApiRequest) => void;
}

/** Sets the stage: the sandbox as a process of its own, or the cluster that the environment names. */
export async function openStage(
  environment: Environment,
  start: StartControllers,
  options: StageOptions = {},
): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'capstan-recorded-'));
  const undo: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const path = environment.kubeconfig ?? (await startSandboxProcess(directory, undo));
    const config = await loadKubeconfig({ path });
    const cluster = connectCluster(config, { limits: { concurrency: 32, qps: 2000, burst: 2000 } });
    undo.push(() => cluster.close());
    const client = cluster.client();
    await installDefinitions(client);
    const roots = join(directory, 'repositories');
    mkdirSync(roots);
    const git = await startGitWorld(roots);
    undo.push(() => git.close());
    await options.prepare?.({ client, git });
    const log = process.env['RECORDED_LOG'] === undefined ? silentLog : consoleLog;
    const running = createEngine({
      config: await observed(path, config, options, undo),
      cacheDirectory: join(directory, 'cache'),
      log,
      artifactUrl: (artifact) => `${ARTIFACTS}/${artifact}`,
      renderWorkers: 1,
      isMarked: (object: KubernetesObject) =>
        getPath(object.metadata, 'labels', 'kustomize.toolkit.fluxcd.io/name') !== undefined ||
        getPath(object.metadata, 'annotations', 'argocd.argoproj.io/tracking-id') !== undefined,
    });
    undo.push(() => running.close());
    const bustle = new Bustle();
    const queues = watched(controllerQueues(log), bustle);
    const controllers = await start({ ...running.engine, git: git.source(running.engine.git) }, queues);
    undo.push(() => controllers.close());
    return { client, git, directory, isBusy: (isOf) => bustle.some(isOf), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The cluster as the controllers reach it: through a proxy where their requests are told. */
async function observed(
  path: string,
  config: ClusterConfig,
  { onRequest }: StageOptions,
  undo: (() => Promise<void>)[],
): Promise<ClusterConfig> {
  if (onRequest === undefined) return config;
  const proxy = await startFaultProxy({ kubeconfig: path });
  undo.push(() => proxy.close());
  proxy.onRequest(onRequest);
  return loadKubeconfig({ path: proxy.kubeconfig });
}

/** Which keys of which queues are at work, or about to be. */
class Bustle {
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();

  waits(entry: string): void {
    this.#waiting.add(entry);
  }

  begins(entry: string): void {
    this.#waiting.delete(entry);
    this.#running.add(entry);
  }

  ends(entry: string): void {
    this.#running.delete(entry);
  }

  goes(entry: string): void {
    this.#waiting.delete(entry);
  }

  some(isOf: (key: string) => boolean): boolean {
    return [...this.#waiting, ...this.#running].some((entry) => isOf(entry.slice(entry.indexOf(' ') + 1)));
  }
}

/** Queues that note which keys are at work. */
function watched(queues: QueueFactory, bustle: Bustle): QueueFactory {
  return (work, name, kind) => {
    // A source and what is made of it may have the same name.
    const entry = (key: string): string => `${name} ${key}`;
    const queue = queues(
      async (key, signal, aside) => {
        bustle.begins(entry(key));
        try {
          return await work(key, signal, aside);
        } finally {
          bustle.ends(entry(key));
        }
      },
      name,
      kind,
    );
    return {
      add: (key) => {
        bustle.waits(entry(key));
        queue.add(key);
      },
      addAfter: (key, milliseconds) => queue.addAfter(key, milliseconds),
      addSoon: (key, milliseconds) => {
        bustle.waits(entry(key));
        queue.addSoon(key, milliseconds);
      },
      forget: (key) => queue.forget(key),
      remove: (key) => {
        bustle.goes(entry(key));
        queue.remove(key);
      },
      failures: (key) => queue.failures(key),
      metrics: () => queue.metrics(),
      get isIdle() {
        return queue.isIdle;
      },
      settled: (key) => queue.settled(key),
      idle: () => queue.idle(),
      drain: () => queue.drain(),
    };
  };
}

/** Starts the sandbox; resolves with its kubeconfig when it answers. */
async function startSandboxProcess(directory: string, undo: (() => Promise<void>)[]): Promise<string> {
  const child = spawn(process.execPath, [sandboxMain, '--state', join(directory, 'sandbox')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = (): void => {
    child.kill('SIGTERM');
    process.exit(1);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  undo.push(async () => {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    child.kill('SIGTERM');
    await ended;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const kubeconfig = getPath(parseJson(line), 'kubeconfig');
    if (typeof kubeconfig === 'string') return kubeconfig;
  }
  throw new Error('the sandbox ended before it was ready');
}

async function installDefinitions(client: KubeClient): Promise<void> {
  for (const resource of [...fluxResources, ...argoResources]) {
    await client.apply(crdOf(resource), { fieldManager: 'capstan-conformance', force: true });
    await served(client, resource);
  }
}

const SERVED_TIMEOUT_MS = 20_000;
const LOOK_AGAIN_MS = 100;

/** Waits until the cluster serves a kind. */
export async function served(
  client: KubeClient,
  kind: { group: string; version: string; kind: string },
): Promise<void> {
  const deadline = Date.now() + SERVED_TIMEOUT_MS;
  for (;;) {
    try {
      const { group, version } = kind;
      await client.listAll({ group, version, kind: kind.kind });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

const consoleLog: Log = {
  debug: () => undefined,
  info: (fields, message) => write('info', fields, message),
  warn: (fields, message) => write('warn', fields, message),
  error: (fields, message) => write('error', fields, message),
  child: () => consoleLog,
};

function write(level: string, fields: Readonly<Record<string, unknown>>, message: string): void {
  try {
    process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`);
  } catch (error) {
    process.stderr.write(`${level} ${message} ${messageOf(error)}\n`);
  }
}
