import { CapstanError, isCapstanError } from '@capstan/errors';
import type { ActionOperation } from '@capstan/health';
import type { KubeClient, WriteOptions } from '@capstan/kube';
import {
  createMergePatch,
  formatRef,
  parseObject,
  refOf,
  type JsonObject,
  type KubernetesObject,
} from '@capstan/object';
import { isObjectPermitted } from '../project/kinds.ts';
import type { ProjectDestination, ProjectSpec } from '../project/project-spec.ts';

/** Under whose name upstream's API server writes what an action wants. */
export const ACTION_MANAGER = 'argocd-server';

/** Where an action is carried out, and under which project. */
export interface ActionPlace {
  readonly client: KubeClient;
  /** The project of the Application, with what global projects add to it. */
  readonly project: ProjectSpec;
  readonly destination: Omit<ProjectDestination, 'namespace'>;
}

/**
 * Carries out what an action wants of `live`. Every object must be permitted by the project, and everything that is
 * created must pass a dry-run, before anything is written. A patch is a merge patch from the live object; where it
 * touches `status`, that part goes to the subresource if there is one. Returns what was written. Source: argoproj/argo-cd
 * server/application RunResourceActionV2.
 * @throws CapstanError PROJECT_DENIED when the project does not permit an object, or a patch is for another object; KUBE_*
 */
export async function runOperations(
  place: ActionPlace,
  live: KubernetesObject,
  operations: readonly ActionOperation[],
): Promise<readonly KubernetesObject[]> {
  const wanted = operations.map(({ operation, resource }) => ({
    operation,
    object: parseObject(resource, `the object that the action wants to ${operation}`),
  }));
  for (const { operation, object } of wanted) refuseForbidden(place, live, operation, object);
  for (const { operation, object } of wanted) {
    if (operation === 'create') await place.client.create(object, { dryRun: true, fieldManager: ACTION_MANAGER });
  }
  const written: KubernetesObject[] = [];
  for (const { operation, object } of wanted) {
    const made =
      operation === 'create'
        ? await place.client.create(object, { fieldManager: ACTION_MANAGER })
        : await patch(place.client, live, object);
    if (made !== undefined) written.push(made);
  }
  return written;
}

function refuseForbidden(
  { project, destination }: ActionPlace,
  live: KubernetesObject,
  operation: 'patch' | 'create',
  object: KubernetesObject,
): void {
  const ref = refOf(object);
  if (!isObjectPermitted(project, ref, destination)) {
    const where = ref.namespace === '' ? '' : ` in ${ref.namespace}`;
    throw new CapstanError(
      'PROJECT_DENIED',
      `application is not permitted to manage ${ref.group}/${ref.kind}/${ref.name}${where}`,
    );
  }
  const own = refOf(live);
  const isOther =
    ref.group !== own.group || ref.kind !== own.kind || ref.namespace !== own.namespace || ref.name !== own.name;
  // Upstream would patch whatever the script names; an action may change the object that it is run on alone.
  if (operation === 'patch' && isOther) {
    throw new CapstanError(
      'PROJECT_DENIED',
      `the action wants to patch ${formatRef(ref)}, and is run on ${formatRef(own)}`,
    );
  }
}

async function patch(
  client: KubeClient,
  live: KubernetesObject,
  wanted: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const change = createMergePatch(live, wanted);
  if (Object.keys(change).length === 0) return undefined;
  const ref = refOf(live);
  const options: WriteOptions = { fieldManager: ACTION_MANAGER };
  const { status, ...rest } = change;
  let left: JsonObject = change;
  let written: KubernetesObject | undefined;
  if (status !== undefined) {
    try {
      written = await client.patch(ref, { kind: 'merge', patch: change }, { ...options, subresource: 'status' });
      left = rest;
    } catch (error) {
      // A kind without the subresource holds its status like any other field.
      if (!isCapstanError(error, 'KUBE_NOT_FOUND')) throw error;
    }
  }
  if (Object.keys(left).length === 0) return written;
  return client.patch(ref, { kind: 'merge', patch: left }, options);
}
