import type { Cluster, OpenedCluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import type { FollowedObjects } from '../../runtime/followed-objects.ts';
import type { ApplicationSpec } from '../application.ts';
import { dropChildren } from '../application/summary.ts';
import { LOCAL_NAME, LOCAL_SERVER } from '../names.ts';
import type { ArgoSettings } from '../settings/argo-settings.ts';
import { followSecrets } from '../source/repository-secrets.ts';
import { ClusterReach } from '../../runtime/cluster-reach.ts';
import { declaredCluster, type ClusterTrust, type DeclaredCluster } from './cluster-secret.ts';
import { destinationCluster, type DestinationAddress, type DestinationCluster } from './destination-cluster.ts';
import { Lane } from './lane.ts';

/**
 * Where an Application goes, or the words for why that is nowhere: `unknown` where no such cluster is declared,
 * `unusable` where one is that cannot be used as it is declared.
 */
export type FoundDestination =
  | { readonly kind: 'found'; readonly at: DestinationCluster }
  | { readonly kind: 'unknown' | 'unusable'; readonly message: string };

/** What destinations are kept with. */
export interface DestinationOptions {
  readonly engine: Engine;
  readonly home: Cluster;
  readonly namespace: string;
  readonly random: () => number;
  readonly trust: ClusterTrust;
  readonly settings: () => Pick<ArgoSettings, 'inCluster'>;
  /** Turns that run at a time, over all clusters. */
  readonly workers: number;
  /** Runs an Application soon, by the key under which interests know it. */
  readonly wake: (owner: string) => void;
  /** What is declared has changed: any Application may go elsewhere now. */
  readonly onDeclared: () => void;
  /** A cluster has been opened; what is returned is called when it is closed. */
  readonly onOpened: (at: DestinationCluster) => () => void;
}

/** A cluster that nobody goes to any more is closed after so long. */
const LINGER_MS = 60_000;
/** Turns that every cluster may have at least. */
const LEAST_TURNS = 2;

interface Opened {
  readonly declared: DeclaredCluster;
  readonly cluster: OpenedCluster;
  readonly reach: ClusterReach;
  readonly forget: () => void;
  at: DestinationCluster;
  /** Applications that go there. */
  readonly users: Set<string>;
  cancelClose: (() => void) | undefined;
}

/**
 * The clusters that Applications may go to: the one that they live in, and those that Secrets of the control namespace
 * declare. Each is opened when the first Application goes there, and closed when its Secret goes or changes, or when
 * nobody has gone there for a while.
 */
export class Destinations {
  readonly #options: DestinationOptions;
  readonly #secrets: FollowedObjects;
  readonly #open = new Map<string, Opened>();
  #declared: ReadonlyMap<string, DeclaredCluster> = new Map();
  #local: DestinationCluster;
  /** Resolves when the Secrets have been read. */
  readonly ready: Promise<void>;

  constructor(options: DestinationOptions) {
    this.#options = options;
    this.#local = destinationCluster(localAddress(undefined), options.home);
    const { engine, home, namespace, random } = options;
    this.#secrets = followSecrets(engine, home, { namespace, types: ['cluster'], random }, () => this.#declare());
    this.ready = this.#secrets.ready;
  }

  /** The cluster that a spec's destination names, opened where it was not. */
  find({ server = '', name = '' }: ApplicationSpec['destination']): FoundDestination {
    const unknown = (message: string): FoundDestination => ({ kind: 'unknown', message });
    if (server !== '' && name !== '')
      return unknown(`application destination can't have both name and server defined: ${name} ${server}`);
    if (server === '' && name === '') return unknown('Destination server missing from app spec');
    const servers = server !== '' ? [server.replace(/\/+$/, '')] : this.#serversOf(name);
    const [wanted] = servers;
    if (wanted === undefined) return unknown(`there are no clusters with this name: ${name}`);
    if (servers.length > 1)
      return unknown(`there are ${servers.length} clusters with the same name: [${servers.join(' ')}]`);
    const failure = (why: string): string =>
      server === ''
        ? `error getting cluster by URL: ${why}`
        : `error getting cluster by server ${JSON.stringify(server)}: ${why}`;
    const notFound = (why: string): FoundDestination =>
      unknown(failure(`rpc error: code = NotFound desc = cluster ${JSON.stringify(wanted)} ${why}`));
    const declared = this.#declared.get(wanted);
    if (wanted === LOCAL_SERVER && !this.#options.settings().inCluster) return notFound('is disabled');
    if (declared?.problem !== undefined) return { kind: 'unusable', message: failure(declared.problem) };
    if (wanted === LOCAL_SERVER && (declared === undefined || isLocalAsItIs(declared)))
      return { kind: 'found', at: this.#local };
    if (declared === undefined) return notFound('not found');
    return { kind: 'found', at: (this.#open.get(wanted) ?? this.#openUp(declared)).at };
  }

  /** All that are declared, and the local one where it may be used. */
  list(): readonly DestinationAddress[] {
    const others = [...this.#declared.values()].filter(({ server }) => server !== LOCAL_SERVER);
    return this.#options.settings().inCluster ? [this.#local, ...others] : others;
  }

  /** What is followed. */
  followed(): readonly FollowedObjects[] {
    return [this.#secrets];
  }

  /** The cluster that Applications live in. */
  get local(): DestinationCluster {
    return this.#local;
  }

  /** All that are open. */
  opened(): readonly DestinationCluster[] {
    return [this.#local, ...[...this.#open.values()].map(({ at }) => at)];
  }

  /** `owner` goes to the cluster `at` alone, or nowhere: nobody's objects are looked after elsewhere on its behalf. */
  drop(owner: string, at?: DestinationCluster): void {
    for (const other of this.opened()) {
      if (other.cluster === at?.cluster) continue;
      other.cluster.interests.drop(owner);
      dropChildren(owner, other.cluster);
      other.orphans.drop(owner);
    }
    for (const [server, opened] of this.#open) {
      if (opened.cluster === at?.cluster) {
        opened.users.add(owner);
        opened.cancelClose?.();
        opened.cancelClose = undefined;
      } else if (opened.users.delete(owner)) this.#closeUnused(server, opened);
    }
  }

  async close(): Promise<void> {
    await this.#secrets.close();
    await Promise.all([...this.#open].map(([server, opened]) => this.#shut(server, opened)));
  }

  #serversOf(name: string): readonly string[] {
    const { inCluster } = this.#options.settings();
    const servers = [...this.#declared.values()]
      .filter((declared) => declared.name === name && (inCluster || declared.server !== LOCAL_SERVER))
      .map(({ server }) => server);
    return servers.length === 0 && name === LOCAL_NAME && inCluster ? [LOCAL_SERVER] : servers;
  }

  #openUp(declared: DeclaredCluster): Opened {
    const { engine, random, wake, workers, onOpened } = this.#options;
    const { server, connection, namespaces, clusterResources } = declared;
    const reach = new ClusterReach({
      server,
      clock: engine.clock,
      random,
      probe: async (signal) => {
        await cluster.probe(signal);
        // The first turn must not wait for this.
        await cluster.client.discovery.resources({ signal });
      },
      onChange: (state) => {
        const said = { cluster: server, ...(state === 'down' ? { error: reach.problem } : {}) };
        if (state === 'down') engine.log.warn(said, 'a cluster cannot be reached; its Applications wait for it');
        else engine.log.info(said, 'a cluster can be reached');
        for (const owner of users) wake(owner);
      },
    });
    const cluster = engine.openCluster({
      id: server,
      config: connection ?? ((local) => local),
      observer: reach.observer,
      ...(namespaces.length === 0 ? {} : { scope: { namespaces, clusterResources } }),
    });
    const users = new Set<string>();
    const limit = (): number => Math.max(LEAST_TURNS, Math.floor(workers / (this.#open.size + 1)));
    const at = destinationCluster(addressOf(declared), cluster, { reach, lane: new Lane(limit, wake) });
    const opened: Opened = { declared, cluster, reach, at, users, forget: onOpened(at), cancelClose: undefined };
    this.#open.set(server, opened);
    return opened;
  }

  #closeUnused(server: string, opened: Opened): void {
    if (opened.users.size > 0) return;
    opened.cancelClose?.();
    opened.cancelClose = this.#options.engine.clock.after(LINGER_MS, () => void this.#shut(server, opened));
  }

  async #shut(server: string, opened: Opened): Promise<void> {
    if (this.#open.get(server) === opened) this.#open.delete(server);
    opened.cancelClose?.();
    opened.forget();
    opened.reach.close();
    await opened.cluster.close();
  }

  #declare(): void {
    const { log } = this.#options.engine;
    const declared = new Map<string, DeclaredCluster>();
    const all = this.#secrets.list().map((secret) => declaredCluster(secret, this.#options.trust));
    for (const cluster of all.sort((a, b) => (a.secret < b.secret ? -1 : 1))) {
      if (cluster.problem !== undefined)
        log.error({ secret: cluster.secret, problem: cluster.problem }, 'a cluster cannot be used as it is declared');
      const other = declared.get(cluster.server);
      if (other === undefined) declared.set(cluster.server, cluster);
      else
        log.warn({ secrets: [other.secret, cluster.secret] }, 'two Secrets declare one cluster; the first one counts');
    }
    this.#declared = declared;
    this.#local = { ...this.#local, ...localAddress(declared.get(LOCAL_SERVER)) };
    for (const [server, opened] of [...this.#open]) {
      const now = declared.get(server);
      if (now !== undefined && now.fingerprint === opened.declared.fingerprint && now.problem === undefined)
        opened.at = { ...opened.at, ...addressOf(now) };
      else void this.#shut(server, opened);
    }
    this.#options.onDeclared();
  }
}

/** Whether a Secret for the local cluster changes nothing but its name and who may use it. */
function isLocalAsItIs({ connection, namespaces }: DeclaredCluster): boolean {
  return connection === undefined && namespaces.length === 0;
}

function addressOf({ server, name, project, namespaces, clusterResources }: DeclaredCluster): DestinationAddress {
  return { server, name, project, namespaces, clusterResources };
}

function localAddress(declared: DeclaredCluster | undefined): DestinationAddress {
  if (declared !== undefined) return addressOf(declared);
  return { server: LOCAL_SERVER, name: LOCAL_NAME, project: '', namespaces: [], clusterResources: true };
}
