import { messageOf } from '@capstan/errors';
import { argoProjectRepositories, argoRepository, type ArgoRepository } from '@capstan/source';
import type { Cluster } from '../../runtime/cluster.ts';
import type { Engine } from '../../runtime/engine.ts';
import { FollowedObjects } from '../../runtime/followed-objects.ts';
import { ARGO } from '../names.ts';
import { configMapData } from '../settings/config-map-data.ts';
import { followConfigMap } from '../settings/settings-store.ts';

const KNOWN_HOSTS = 'argocd-ssh-known-hosts-cm';
const CERTIFICATES = 'argocd-tls-certs-cm';

/** Follows the Secrets of the control namespace that Argo CD keeps under these types; nobody else's are read. */
export function followSecrets(
  engine: Pick<Engine, 'clock' | 'log'>,
  cluster: Pick<Cluster, 'client'>,
  where: { readonly namespace: string; readonly types: readonly string[]; readonly random: () => number },
  onChange: () => void,
): FollowedObjects {
  return new FollowedObjects({
    client: cluster.client,
    kind: { group: '', version: 'v1', kind: 'Secret' },
    scope: { namespace: where.namespace, label: `${ARGO}/secret-type`, values: where.types },
    clock: engine.clock,
    random: where.random,
    onChange,
    onFailure: (error) =>
      engine.log.warn({ secrets: where.types, error: messageOf(error) }, 'Secrets could not be read'),
  });
}

/**
 * How repositories are reached: Secrets of the control namespace that declare them, and what is trusted. Followed by
 * watches, so that asking costs nothing.
 */
export class RepositorySecrets {
  readonly #secrets: FollowedObjects;
  readonly #knownHosts: FollowedObjects;
  readonly #certificates: FollowedObjects;

  constructor(
    engine: Pick<Engine, 'clock' | 'log'>,
    cluster: Pick<Cluster, 'client'>,
    where: { readonly namespace: string; readonly random: () => number },
    onChange: () => void = () => undefined,
  ) {
    const types = ['repository', 'repo-creds'];
    this.#secrets = followSecrets(engine, cluster, { ...where, types }, onChange);
    this.#knownHosts = followConfigMap(engine, cluster, { ...where, name: KNOWN_HOSTS }, onChange);
    this.#certificates = followConfigMap(engine, cluster, { ...where, name: CERTIFICATES }, onChange);
  }

  /** What is followed. */
  followed(): readonly FollowedObjects[] {
    return [this.#secrets, this.#knownHosts, this.#certificates];
  }

  /** What is declared about a repository, for a project. Throws GIT_CREDENTIALS_INVALID. */
  async find(url: string, project: string): Promise<ArgoRepository> {
    await Promise.all([this.#secrets.ready, this.#knownHosts.ready, this.#certificates.ready]);
    const knownHosts = dataOf(this.#knownHosts, KNOWN_HOSTS)['ssh_known_hosts'];
    return argoRepository(
      {
        secrets: this.#secrets.list(),
        certificates: dataOf(this.#certificates, CERTIFICATES),
        ...(knownHosts === undefined ? {} : { knownHosts }),
      },
      url,
      project,
    );
  }

  /** The repositories that belong to a project: their Secrets name it. */
  async ofProject(project: string): Promise<readonly string[]> {
    await this.#secrets.ready;
    return argoProjectRepositories(this.#secrets.list(), project);
  }

  async close(): Promise<void> {
    await Promise.all([this.#secrets.close(), this.#knownHosts.close(), this.#certificates.close()]);
  }
}

function dataOf(map: FollowedObjects, name: string): Readonly<Record<string, string>> {
  const object = map.get(name);
  return object === undefined ? {} : configMapData(object);
}
