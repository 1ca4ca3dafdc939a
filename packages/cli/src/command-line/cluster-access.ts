import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { connectCluster, loadKubeconfig, type ClusterConfig, type KubeClient, type KubeCluster } from '@capstan/kube';
import { LOCAL_CLUSTER } from '@capstan/object';
import type { Command } from 'commander';

/** Flags that say which cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** A cluster as the person at the command line reaches it, with their own rights. */
export interface ClusterAccess {
  readonly kube: KubeCluster;
  readonly client: KubeClient;
  readonly config: ClusterConfig;
  /** Another context of the same kubeconfig. Throws KUBECONFIG_*. */
  context(name: string): Promise<ClusterConfig>;
  /** Says on stderr where a write goes. Called before each command's first write. */
  announceWrite(): void;
}

/** Adds the flags that say which cluster to a command. */
export function withClusterFlags(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the cluster (default: the nearest .capstan/kubeconfig, else KUBECONFIG)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)');
}

/**
 * Opens the cluster: `--kubeconfig`, else the nearest `.capstan/kubeconfig` from the working folder upwards, else
 * `KUBECONFIG` or `~/.kube/config`. A program to log in is run only where the person named the file or their
 * environment did: a folder that merely lies there could be anyone's.
 */
export async function openClusterAccess(flags: ClusterFlags): Promise<ClusterAccess> {
  const near = flags.kubeconfig === undefined ? nearestKubeconfig(process.cwd()) : undefined;
  const path = flags.kubeconfig ?? near;
  if (path === undefined && (process.env['KUBECONFIG'] ?? '') === '' && !existsSync(join(homedir(), '.kube', 'config')))
    throw new CapstanError(
      'KUBECONFIG_INVALID',
      'no cluster is known: start one with `capstan up`, or name one with --kubeconfig',
    );
  const named = near === undefined;
  const load = (context: string | undefined): Promise<ClusterConfig> =>
    loadKubeconfig({
      ...(path === undefined ? {} : { path }),
      ...(context === undefined ? {} : { context }),
      trust: { files: true, exec: named, insecureTls: named },
    });
  const config = await load(flags.context);
  const kube = connectCluster(config, { id: LOCAL_CLUSTER, userAgent: 'capstan-cli' });
  let announced = false;
  return {
    kube,
    client: kube.client(),
    config,
    context: load,
    announceWrite: () => {
      if (announced) return;
      announced = true;
      const from = path === undefined ? '' : ` (${relative(process.cwd(), path) || path})`;
      process.stderr.write(`capstan: writing to ${config.context} at ${config.server}${from}\n`);
    },
  };
}

/** Opens the cluster, does something with it, and closes it again. */
export async function withCluster<Result>(
  flags: ClusterFlags,
  run: (access: ClusterAccess) => Promise<Result>,
): Promise<Result> {
  const access = await openClusterAccess(flags);
  try {
    return await run(access);
  } catch (error) {
    if (!isCapstanError(error, 'KUBE_UNREACHABLE') || flags.kubeconfig !== undefined) throw error;
    const { context, server } = access.config;
    throw new CapstanError(
      'KUBE_UNREACHABLE',
      `nothing answers at ${server} (${context}); is \`capstan up\` running?`,
      {
        cause: error,
        data: { server, context },
      },
    );
  } finally {
    await access.kube.close();
  }
}

/** The kubeconfig of the nearest `up`, from a folder upwards. */
export function nearestKubeconfig(from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, '.capstan', 'kubeconfig');
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return undefined;
  }
}
