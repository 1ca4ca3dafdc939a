import { AppProject, appProjectResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import {
  canonicalJson,
  getPath,
  isJsonObject,
  parseObject,
  refOf,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import { viewOf } from '../../flux/resource-view.ts';
import type { Cluster } from '../../runtime/cluster.ts';
import { refuseUnhonouredProject } from '../honoured.ts';
import { DEFAULT_PROJECT } from '../names.ts';
import type { GlobalProject } from '../settings/argo-settings.ts';
import { readLabelSelector } from './label-selector.ts';
import type { ProjectSpec } from './project-spec.ts';
import { virtualProject, type ProjectScope } from './virtual-project.ts';

/** What projects are read with, besides themselves. */
export interface ProjectContext {
  /** The projects that are global, as the settings say now. */
  readonly globals: () => readonly GlobalProject[];
  /** What belongs to a project because Secrets name it. */
  readonly scopeOf: (project: string) => Promise<ProjectScope>;
}

const MAX_KNOWN = 1_000;

/** AppProjects by name, from the watch cache. */
export class Projects {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #context: ProjectContext;
  /** What has been read, by name: projects are asked for at each write. */
  readonly #known = new Map<string, { readonly version: string; readonly spec: ProjectSpec }>();

  constructor(cluster: Cluster, namespace: string, context: ProjectContext) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#context = context;
  }

  /** Where a project is. */
  refOf(name: string): VersionedRef {
    const { group, version, kind } = appProjectResource;
    return { group, version, kind, namespace: this.#namespace, name };
  }

  /**
   * A project as it holds for its Applications, with its own repositories and clusters and with what global projects add;
   * undefined where there is no such project. The default one is made when it is missing, allowing everything, as Argo CD
   * makes it at its start. Throws SPEC_INVALID and NOT_HONOURED.
   */
  async find(name: string, signal: AbortSignal): Promise<ProjectSpec | undefined> {
    const object = (await this.#cluster.live.get(this.refOf(name), signal)) ?? (await this.#madeDefault(name, signal));
    if (object === undefined) return undefined;
    const own = this.#read(object);
    return virtualProject(own, await this.#context.scopeOf(name), await this.#globalsOf(name, object, signal));
  }

  /** The global projects of a project. What cannot be read ends the list, as upstream. */
  async #globalsOf(name: string, object: KubernetesObject, signal: AbortSignal): Promise<readonly ProjectSpec[]> {
    const labels = labelsOf(object);
    const found: ProjectSpec[] = [];
    for (const { projectName, labelSelector } of this.#context.globals()) {
      if (projectName === name) continue;
      const selector = readLabelSelector(labelSelector);
      if (selector === undefined) break;
      if (!selector(labels)) continue;
      const global = await this.#cluster.live.get(this.refOf(projectName), signal);
      if (global === undefined) break;
      found.push(this.#read(global));
    }
    return found;
  }

  #read(object: KubernetesObject): ProjectSpec {
    const { name: key } = refOf(object);
    const version = canonicalJson([object.metadata['uid'] ?? null, object.metadata['resourceVersion'] ?? null]);
    const known = this.#known.get(key);
    if (known?.version === version) return known.spec;
    refuseUnhonouredProject(object);
    const { spec } = viewOf(AppProject, object);
    this.#known.set(key, { version, spec });
    if (this.#known.size > MAX_KNOWN) for (const oldest of this.#known.keys()) if (this.#known.delete(oldest)) break;
    return spec;
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

function labelsOf(object: KubernetesObject): Readonly<Record<string, string>> {
  const labels = getPath(object.metadata, 'labels');
  const texts = Object.entries(isJsonObject(labels) ? labels : {}).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(texts);
}
