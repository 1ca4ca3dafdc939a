import { AppProject } from '@capstan/api';
import { readArgoSettings } from '@capstan/controllers';
import type { ActionContext, ActionPlace } from '@capstan/controllers/argo-actions';
import {
  readLabelSelector,
  virtualProject,
  type ProjectScope,
  type ProjectSpec,
} from '@capstan/controllers/argo-project';
import { CapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import {
  formatRef,
  getPath,
  isJsonObject,
  refOf,
  type JsonObject,
  type KubernetesObject,
  type VersionedRef,
} from '@capstan/object';
import { nodesOf, textAt } from '@capstan/views';
import { controlNamespace, type Destination } from './destination.ts';
import { gatherTree } from './gather.ts';

/** Everything that listing and running the actions of an Application's objects takes. */
export interface AppActions {
  readonly context: ActionContext;
  readonly place: ActionPlace;
  /** What the Application is made of, itself included where it lives on the cluster of its objects. */
  readonly refs: readonly VersionedRef[];
}

/**
 * What an Application is made of, and what its project permits. Who may not read the project, the settings or a global
 * project is refused: what cannot be known is not permitted.
 */
export async function gatherActions(home: KubeClient, at: Destination, app: KubernetesObject): Promise<AppActions> {
  refuseOtherThanApplication(app);
  const namespace = controlNamespace(app);
  const settings = await readArgoSettings(home, namespace);
  const name = textAt(app, 'spec', 'project') || 'default';
  const scope = { repositories: [], clusters: at.declared.filter(({ project }) => project === name) };
  const [tree, project] = await Promise.all([
    gatherTree({ home, away: at.client }, app),
    projectOf(home, { namespace, name, scope, globals: settings.globalProjects }),
  ]);
  const made = nodesOf(tree).map(({ ref }) => ref);
  return {
    context: { customizations: settings.customizations, now: new Date(), random: Math.random },
    place: { client: at.client, project, destination: { server: at.server, name: at.name } },
    refs: home === at.client ? [refOf(app), ...made] : made,
  };
}

/** Throws USAGE for an app whose objects have no actions. */
export function refuseOtherThanApplication(app: KubernetesObject): void {
  if (app.kind !== 'Application') throw new CapstanError('USAGE', 'only the objects of an Application have actions');
}

/** The live object among an Application's that `KIND/NAME` or `KIND/NAMESPACE/NAME` means. */
export async function objectCalled(actions: AppActions, text: string): Promise<KubernetesObject> {
  const [kind = '', ...rest] = text.split('/');
  const name = rest.at(-1);
  if (name === undefined || name === '' || rest.length > 2)
    throw new CapstanError('USAGE', `${text} is not KIND/NAME or KIND/NAMESPACE/NAME`);
  const namespace = rest.length === 2 ? rest[0] : undefined;
  const found = actions.refs.filter(
    (ref) =>
      ref.kind.toLowerCase() === kind.toLowerCase() &&
      ref.name === name &&
      (namespace === undefined || ref.namespace === namespace),
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw new CapstanError('USAGE', `the app holds no ${text}; \`capstan actions\` lists what it holds`);
  if (others.length > 0)
    throw new CapstanError('USAGE', `${text} could be ${found.map(formatRef).join(' or ')}; say which`);
  return actions.place.client.get(only);
}

async function projectOf(
  client: KubeClient,
  wanted: {
    readonly namespace: string;
    readonly name: string;
    readonly scope: ProjectScope;
    readonly globals: readonly {
      readonly projectName: string;
      readonly labelSelector: Readonly<Record<string, unknown>>;
    }[];
  },
): Promise<ProjectSpec> {
  const { namespace, name, scope, globals } = wanted;
  const read = async (of: string): Promise<JsonObject> => {
    const ref = { group: 'argoproj.io', version: 'v1alpha1', kind: 'AppProject', namespace, name: of };
    return client.get(ref);
  };
  const project = await read(name);
  const labels = getPath(project, 'metadata', 'labels');
  const texts = Object.fromEntries(
    Object.entries(isJsonObject(labels) ? labels : {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
  const chosen = globals.filter(
    ({ projectName, labelSelector }) => projectName !== name && readLabelSelector(labelSelector)?.(texts) === true,
  );
  const others = await Promise.all(chosen.map(({ projectName }) => read(projectName)));
  return virtualProject(specOf(project), scope, others.map(specOf));
}

function specOf(project: JsonObject): ProjectSpec {
  const read = AppProject.shape.spec.safeParse(project['spec'] ?? {});
  if (!read.success) throw new CapstanError('SPEC_INVALID', 'the AppProject cannot be read, so nothing is permitted');
  return read.data;
}
