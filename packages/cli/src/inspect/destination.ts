import { declaredCluster, type DeclaredCluster } from '@capstan/controllers/argo-destination';
import { CapstanError, isCapstanError } from '@capstan/errors';
import { connectCluster, type ClusterConfig, type KubeClient } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import { textAt } from '@capstan/views';
import type { Command } from 'commander';
import type { ClusterAccess } from '../command-line/cluster-access.ts';

/** The flag that says how an app's cluster is reached. */
export interface DestinationFlags {
  readonly destinationContext?: string;
}

/** The cluster that an app's objects are on, as the person reaches it. */
export interface Destination {
  readonly client: KubeClient;
  readonly server: string;
  readonly name: string;
  /** The clusters that Secrets declare, as far as the person had to look and may. */
  readonly declared: readonly DeclaredCluster[];
}

/** The address and the name of the cluster that Applications live in. */
const LOCAL = { server: 'https://kubernetes.default.svc', name: 'in-cluster' } as const;

/** Adds the flag to a command. */
export function withDestinationFlag(command: Command): Command {
  return command.option(
    '--destination-context <name>',
    "a context of the kubeconfig for the cluster of the app's objects (default: as its Secret in Argo CD's namespace declares it)",
  );
}

/** The control namespace of an Application. */
export function controlNamespace(app: KubernetesObject): string {
  return textAt(app, 'status', 'controllerNamespace') || textAt(app.metadata, 'namespace');
}

/**
 * Does something on the cluster that an app's objects are on. That is the app's own, unless its destination says
 * otherwise: then it is the context that the person names, else what the cluster's Secret declares, which the person must
 * be allowed to read. No program that a Secret names is run. Throws DESTINATION_UNREACHABLE where there is no such way.
 */
export async function atDestination<Result>(
  access: ClusterAccess,
  app: KubernetesObject,
  flags: DestinationFlags,
  run: (at: Destination) => Promise<Result>,
): Promise<Result> {
  const server = textAt(app, 'spec', 'destination', 'server').replace(/\/+$/, '');
  const name = textAt(app, 'spec', 'destination', 'name');
  const isLocal = app.kind !== 'Application' || server === LOCAL.server || (server === '' && name === LOCAL.name);
  if (isLocal && flags.destinationContext === undefined) return run({ ...LOCAL, client: access.client, declared: [] });
  const declared = await declaredClusters(access.client, controlNamespace(app));
  const found = declared?.find((each) => (server === '' ? each.name === name : each.server === server));
  if (found?.server === LOCAL.server && flags.destinationContext === undefined)
    return run({ server: found.server, name: found.name, client: access.client, declared: declared ?? [] });
  const config = await configOf(access, { found, wanted: server || name, mayRead: declared !== undefined }, flags);
  const kube = connectCluster(config, { id: config.server, userAgent: 'capstan-cli' });
  try {
    return await run({
      client: kube.client(),
      server: found?.server ?? (server || config.server),
      name: found?.name ?? name,
      declared: declared ?? [],
    });
  } finally {
    await kube.close();
  }
}

async function configOf(
  access: ClusterAccess,
  way: { readonly found: DeclaredCluster | undefined; readonly wanted: string; readonly mayRead: boolean },
  flags: DestinationFlags,
): Promise<ClusterConfig> {
  if (flags.destinationContext !== undefined) return access.context(flags.destinationContext);
  const { found, wanted, mayRead } = way;
  const refused = (why: string): CapstanError =>
    new CapstanError(
      'DESTINATION_UNREACHABLE',
      `the app's objects are on ${wanted}, ${why}; name a context of yours for it with --destination-context`,
      { data: { destination: wanted } },
    );
  if (!mayRead) throw refused('and you may not read the Secret that declares that cluster');
  if (found === undefined) throw refused('which no Secret declares');
  if (found.problem !== undefined) throw refused(`whose Secret cannot be used: ${found.problem}`);
  const { connection } = found;
  if (connection === undefined) return access.config;
  return typeof connection === 'function' ? connection(access.config) : connection;
}

/** The clusters that Secrets of the control namespace declare; undefined where the person may not read them. */
async function declaredClusters(
  client: KubeClient,
  namespace: string,
): Promise<readonly DeclaredCluster[] | undefined> {
  try {
    const secrets = await client.listAll(
      { group: '', version: 'v1', kind: 'Secret' },
      { namespace, labelSelector: 'argocd.argoproj.io/secret-type=cluster' },
    );
    return secrets.items.map((secret) => declaredCluster(secret, { exec: false }));
  } catch (error) {
    if (isCapstanError(error, 'KUBE_FORBIDDEN')) return undefined;
    throw error;
  }
}
