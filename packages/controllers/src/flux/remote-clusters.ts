import { createHash } from 'node:crypto';
import { isCapstanError, messageOf } from '@capstan/errors';
import { kubeconfigFromText, type ClusterConfig, type KubeconfigTrust } from '@capstan/kube';
import { getPath, type KubernetesObject } from '@capstan/object';
import { ClusterReach } from '../runtime/cluster-reach.ts';
import type { OpenedCluster } from '../runtime/cluster.ts';
import type { Engine } from '../runtime/engine.ts';
import { readDescribedCluster, type DescriptionContext } from './described-cluster.ts';
import { serverWords } from './server-words.ts';

/**
 * What leads to a cluster, in the resource's own namespace: a Secret with a kubeconfig, perhaps under a key of it, or a
 * ConfigMap that describes the cluster.
 */
export type RemoteRef =
  | { readonly kind: 'secret'; readonly namespace: string; readonly name: string; readonly key: string | undefined }
  | { readonly kind: 'config-map'; readonly namespace: string; readonly name: string };

type SecretRef = Extract<RemoteRef, { readonly kind: 'secret' }>;

/** How a cluster is opened, and the key under which it is known. */
interface Lead {
  readonly key: string;
  readonly config: (signal: AbortSignal) => Promise<ClusterConfig>;
}

/** A cluster that something leads to. */
export interface RemoteCluster {
  readonly cluster: OpenedCluster;
  /** What is under way ends when it cannot be reached any more. */
  readonly reach: ClusterReach;
}

/** Why a cluster cannot be had, in Flux's words; `waiting` where that will be known soon, which wakes who asked. */
export type FoundRemote = RemoteCluster | { readonly problem: string } | { readonly waiting: true };

/** What remote clusters are kept with. */
export interface RemoteOptions {
  readonly engine: Engine;
  readonly trust: KubeconfigTrust;
  readonly descriptions: DescriptionContext;
  /** Runs a resource soon, by the key under which interests know it. */
  readonly wake: (owner: string) => void;
  /** A cluster has been opened; what is returned is called when it is closed. */
  readonly onOpened: (cluster: OpenedCluster) => () => void;
}

/** A cluster that nobody goes to any more is closed after so long. */
const LINGER_MS = 60_000;
/** Without a key that is named, the first of these holds the kubeconfig. */
const KEYS = ['value', 'value.yaml'];
const MAX_KUBECONFIG = 1024 * 1024;

interface Opened extends RemoteCluster {
  readonly users: Set<string>;
  readonly forget: () => void;
  cancelClose: (() => void) | undefined;
}

/**
 * The clusters that kubeconfigs in Secrets, or descriptions in ConfigMaps, lead to. Each is opened with the credentials
 * of that one alone: who has another one, be it for the same server, shares neither connections nor what has been read.
 */
export class RemoteClusters {
  readonly #options: RemoteOptions;
  readonly #open = new Map<string, Opened>();

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  /** The cluster for `owner`, who goes to this one alone from now on. */
  async find(owner: string, ref: RemoteRef, signal: AbortSignal): Promise<FoundRemote> {
    const lead = await this.#lead(ref, signal);
    if ('problem' in lead) return lead;
    const { key } = lead;
    const opened = this.#open.get(key) ?? (await this.#openUp(lead, signal));
    if ('problem' in opened) return opened;
    this.drop(owner, key);
    opened.users.add(owner);
    opened.cancelClose?.();
    opened.cancelClose = undefined;
    const { reach } = opened;
    reach.look();
    if (reach.state === 'unknown') return { waiting: true };
    return reach.state === 'down' ? { problem: reach.problem } : opened;
  }

  /** `owner` goes to no remote cluster, or only to the one under `kept`. */
  drop(owner: string, kept?: string): void {
    for (const [key, opened] of this.#open) {
      if (key === kept || !opened.users.delete(owner)) continue;
      opened.cluster.interests.drop(owner);
      if (opened.users.size > 0) continue;
      opened.cancelClose?.();
      opened.cancelClose = this.#options.engine.clock.after(LINGER_MS, () => void this.#shut(key, opened));
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map(([key, opened]) => this.#shut(key, opened)));
  }

  async #lead(ref: RemoteRef, signal: AbortSignal): Promise<Lead | { readonly problem: string }> {
    if (ref.kind === 'config-map') {
      try {
        const { fingerprint, config } = await readDescribedCluster(ref, this.#options.descriptions, signal);
        return { key: fingerprint, config };
      } catch (error) {
        if (signal.aborted || !isCapstanError(error)) throw error;
        return { problem: messageOf(error) };
      }
    }
    const text = await this.#read(ref, signal);
    if (typeof text !== 'string') return text;
    const where = `${ref.namespace}/${ref.name}`;
    const key = createHash('sha256')
      .update(JSON.stringify([where, text]))
      .digest('hex');
    const { trust } = this.#options;
    return { key, config: () => kubeconfigFromText(text, `KubeConfig secret '${where}'`, { trust }) };
  }

  async #read({ namespace, name, key }: SecretRef, signal: AbortSignal): Promise<string | { problem: string }> {
    const where = `${namespace}/${name}`;
    const { client } = this.#options.engine.clusters.local;
    let secret: KubernetesObject;
    try {
      secret = await client.get({ group: '', version: 'v1', kind: 'Secret', namespace, name }, { signal });
    } catch (error) {
      if (signal.aborted || !isCapstanError(error)) throw error;
      return { problem: `unable to read KubeConfig secret '${where}' error: ${serverWords(error)}` };
    }
    for (const wanted of key === undefined || key === '' ? KEYS : [key]) {
      const value = getPath(secret, 'data', wanted);
      if (typeof value === 'string' && value.length <= MAX_KUBECONFIG)
        return Buffer.from(value, 'base64').toString('utf8');
    }
    return { problem: `KubeConfig secret '${where}' does not contain a '${key ?? KEYS[0]}' key with a kubeconfig` };
  }

  async #openUp({ key, config: resolve }: Lead, signal: AbortSignal): Promise<Opened | { readonly problem: string }> {
    const { engine, wake, onOpened } = this.#options;
    let config: ClusterConfig;
    try {
      config = await resolve(signal);
    } catch (error) {
      // Its words name fields, never what stands in them.
      if (!isCapstanError(error)) throw error;
      return { problem: messageOf(error) };
    }
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const users = new Set<string>();
    const reach = new ClusterReach({
      server: config.server,
      clock: engine.clock,
      random: Math.random,
      probe: async (signal) => {
        await cluster.probe(signal);
        await cluster.client.discovery.resources({ signal });
      },
      onChange: () => {
        for (const owner of users) wake(owner);
      },
    });
    const cluster = engine.openCluster({ id: `${config.server}#${key}`, config, observer: reach.observer });
    const opened: Opened = { cluster, reach, users, forget: onOpened(cluster), cancelClose: undefined };
    this.#open.set(key, opened);
    return opened;
  }

  async #shut(key: string, opened: Opened): Promise<void> {
    if (this.#open.get(key) === opened) this.#open.delete(key);
    opened.cancelClose?.();
    opened.forget();
    opened.reach.close();
    await opened.cluster.close();
  }
}
