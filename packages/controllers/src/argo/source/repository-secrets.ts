import type { KindHold } from '@capstan/kube';
import { getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { argoRepository, type ArgoRepository } from '@capstan/source';
import type { Cluster } from '../../runtime/cluster.ts';
import { ARGO } from '../names.ts';

const SECRET = { group: '', kind: 'Secret' };
const CONFIG_MAP = { group: '', kind: 'ConfigMap' };
const KNOWN_HOSTS = 'argocd-ssh-known-hosts-cm';
const CERTIFICATES = 'argocd-tls-certs-cm';
const repositoryTypes = new Set(['repository', 'repo-creds']);

/**
 * How repositories are reached: Secrets of the control namespace that declare them, and what is trusted. Followed by
 * watches, so that asking costs nothing.
 */
export class RepositorySecrets {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #secrets = new Map<string, KubernetesObject>();
  readonly #configMaps = new Map<string, KubernetesObject>();
  readonly #holds: readonly KindHold[];
  readonly #unsubscribe: () => void;
  readonly #ready: Promise<unknown>;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#unsubscribe = cluster.cache.subscribe(({ type, entry, object }) => {
      if (entry.ref.group !== '' || entry.ref.namespace !== namespace) return;
      if (entry.ref.kind === 'Secret') keep(this.#secrets, entry.ref.name, type, object, isRepository);
      if (entry.ref.kind === 'ConfigMap') keep(this.#configMaps, entry.ref.name, type, object, isTrust);
    });
    this.#holds = [cluster.cache.hold(SECRET), cluster.cache.hold(CONFIG_MAP)];
    this.#ready = Promise.all(this.#holds.map((hold) => hold.synced)).then(() => this.#catchUp());
    // Whoever asks sees the failure; nobody may have asked yet.
    this.#ready.catch(() => undefined);
  }

  /** What is declared about a repository, for a project. Throws GIT_CREDENTIALS_INVALID. */
  async find(url: string, project: string): Promise<ArgoRepository> {
    await this.#ready;
    const knownHosts = dataOf(this.#configMaps.get(KNOWN_HOSTS))['ssh_known_hosts'];
    return argoRepository(
      {
        secrets: [...this.#secrets.values()],
        certificates: dataOf(this.#configMaps.get(CERTIFICATES)),
        ...(knownHosts === undefined ? {} : { knownHosts }),
      },
      url,
      project,
    );
  }

  close(): void {
    this.#unsubscribe();
    for (const hold of this.#holds) hold.release();
  }

  /** What was listed before we listened: the kinds may have been watched for others already. */
  async #catchUp(): Promise<void> {
    const { cache } = this.#cluster;
    for (const { ref } of cache.list(SECRET, this.#namespace)) {
      if (this.#secrets.has(ref.name)) continue;
      keep(this.#secrets, ref.name, 'added', await cache.get(ref), isRepository);
    }
    for (const name of [KNOWN_HOSTS, CERTIFICATES]) {
      if (this.#configMaps.has(name)) continue;
      keep(
        this.#configMaps,
        name,
        'added',
        await cache.get({ ...CONFIG_MAP, namespace: this.#namespace, name }),
        isTrust,
      );
    }
  }
}

function keep(
  map: Map<string, KubernetesObject>,
  name: string,
  type: 'added' | 'changed' | 'deleted',
  object: KubernetesObject | undefined,
  wanted: (object: KubernetesObject) => boolean,
): void {
  if (type !== 'deleted' && object !== undefined && wanted(object)) map.set(name, object);
  else map.delete(name);
}

function isRepository(secret: KubernetesObject): boolean {
  const type = getPath(secret.metadata, 'labels', `${ARGO}/secret-type`);
  return typeof type === 'string' && repositoryTypes.has(type);
}

function isTrust(configMap: KubernetesObject): boolean {
  const name = configMap.metadata['name'];
  return name === KNOWN_HOSTS || name === CERTIFICATES;
}

function dataOf(configMap: KubernetesObject | undefined): Readonly<Record<string, string>> {
  const data = configMap?.['data'];
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(isJsonObject(data) ? data : {}))
    if (typeof value === 'string' && key !== '__proto__') texts[key] = value;
  return texts;
}
