import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFlux } from '@capstan/controllers';
import { inClusterConfig, isInCluster, loadKubeconfig, type ClusterConfig } from '@capstan/kube';
import { getPath, type KubernetesObject } from '@capstan/object';
import { listenForArtifacts } from '@capstan/server';
import { Command, Option } from 'commander';
import { controllerQueues } from '../wiring/controller-queue.ts';
import { createEngine } from '../wiring/create-engine.ts';
import { jsonLog, logLevels, type LogLevel } from '../wiring/log.ts';

interface RunFlags {
  readonly kubeconfig?: string;
  readonly cache: string;
  readonly artifacts: string;
  readonly artifactsUrl?: string;
  readonly logLevel: LogLevel;
}

/** `capstan run`: the controllers against a cluster. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run the controllers against a cluster.')
    .option('--kubeconfig <file>', 'the cluster; in a cluster its own by default')
    .option('--cache <dir>', 'where mirrors and artifacts are kept', join(tmpdir(), 'capstan-cache'))
    .option('--artifacts <host:port>', 'where artifacts are served', '127.0.0.1:0')
    .option('--artifacts-url <url>', "what sources' status says instead of that address")
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(logLevels).default('info'))
    .addHelpText('after', '\nExamples:\n  capstan run --kubeconfig ~/.kube/config\n  capstan run --log-level debug\n')
    .action((flags: RunFlags) => run(flags));
}

async function run(flags: RunFlags): Promise<void> {
  const log = jsonLog(flags.logLevel);
  let artifactsUrl = flags.artifactsUrl ?? '';
  const running = createEngine({
    config: await clusterConfig(flags.kubeconfig),
    cacheDirectory: flags.cache,
    log,
    artifactUrl: (path) => `${artifactsUrl}/${path}`,
    isMarked,
  });
  const listener = await listenForArtifacts(running.engine.artifacts, address(flags.artifacts));
  artifactsUrl = flags.artifactsUrl ?? listener.url;
  const flux = startFlux(running.engine, controllerQueues(log));
  log.info({ artifacts: listener.url }, 'controllers are running');
  await stopSignal();
  log.info({}, 'stopping');
  await flux.close();
  await listener.close();
  await running.close();
}

async function clusterConfig(kubeconfig: string | undefined): Promise<ClusterConfig> {
  if (kubeconfig === undefined && isInCluster()) return inClusterConfig();
  return loadKubeconfig(kubeconfig === undefined ? {} : { path: kubeconfig });
}

/** Whether an object bears the marks of one of the dialects: then it is kept whole from the start. */
function isMarked(object: KubernetesObject): boolean {
  return (
    getPath(object.metadata, 'labels', 'kustomize.toolkit.fluxcd.io/name') !== undefined ||
    getPath(object.metadata, 'annotations', 'argocd.argoproj.io/tracking-id') !== undefined
  );
}

function address(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
