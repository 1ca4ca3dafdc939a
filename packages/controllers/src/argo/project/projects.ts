import { AppProject, appProjectResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import { parseObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { viewOf } from '../../flux/resource-view.ts';
import type { Cluster } from '../../runtime/cluster.ts';
import { refuseUnhonouredProject } from '../honoured.ts';
import { DEFAULT_PROJECT } from '../names.ts';
import type { ProjectSpec } from './project-spec.ts';

/** AppProjects by name, from the watch cache. */
export class Projects {
  readonly #cluster: Cluster;
  readonly #namespace: string;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  /** Where a project is. */
  refOf(name: string): VersionedRef {
    const { group, version, kind } = appProjectResource;
    return { group, version, kind, namespace: this.#namespace, name };
  }

  /**
   * A project's spec; undefined where there is no such project. The default one is made when it is missing, allowing
   * everything, as Argo CD makes it at its start. Throws SPEC_INVALID and NOT_HONOURED.
   */
  async find(name: string, signal: AbortSignal): Promise<ProjectSpec | undefined> {
    const object = (await this.#cluster.live.get(this.refOf(name), signal)) ?? (await this.#madeDefault(name, signal));
    if (object === undefined) return undefined;
    refuseUnhonouredProject(object);
    return viewOf(AppProject, object).spec;
  }

  async #madeDefault(name: string, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    if (name !== DEFAULT_PROJECT || !this.#cluster.cache.synced(appProjectResource)) return undefined;
    const ref = this.refOf(name);
    const project = parseObject(
      {
        apiVersion: `${ref.group}/${ref.version}`,
        kind: ref.kind,
        metadata: { name, namespace: ref.namespace },
        spec: {
          clusterResourceWhitelist: [{ group: '*', kind: '*' }],
          destinations: [{ namespace: '*', server: '*' }],
          sourceRepos: ['*'],
        },
      },
      'the default project',
    );
    try {
      const made = await this.#cluster.client.create(project, { fieldManager: 'argocd-server', signal });
      this.#cluster.live.wrote(ref, made);
      return made;
    } catch (error) {
      if (isCapstanError(error, 'KUBE_ALREADY_EXISTS')) return this.#cluster.client.find(ref, { signal });
      throw error;
    }
  }
}
