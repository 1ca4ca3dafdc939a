import { applicationResource, appProjectResource } from '@capstan/api';
import { canonicalJson, getPath, type KubernetesObject } from '@capstan/object';
import type { WorkResult } from '@capstan/kube';
import { isServedNamespace } from '../application/application-project.ts';
import type { Shared } from '../application/run.ts';
import { finalizers } from '../annotations.ts';
import { DEFAULT_PROJECT, RESOURCES_FINALIZER, STATUS_MANAGER } from '../names.ts';
import { startController, type Controller, type QueueFactory } from '../../runtime/controller.ts';
import type { Turn } from '../../runtime/reconciler.ts';
import { isNamespacePermitted } from './source-namespaces.ts';

/** The controller of AppProjects, running. */
export interface ProjectController extends Controller {
  /** An Application has changed or gone: projects that wait for that look again. */
  applicationChanged(): void;
}

/**
 * Starts the controller of AppProjects: one that is being deleted, with the finalizer that asks for it, stays until no
 * Application uses it any more. Source: argoproj/argo-cd controller finalizeProjectDeletion.
 */
export function startProjects(shared: Shared, ready: Promise<void>, makeQueue: QueueFactory): ProjectController {
  const waiting = new Set<string>();
  const controller = startController(
    shared.engine,
    () => ({
      name: 'argocd-project-controller',
      kind: appProjectResource,
      fingerprint: (object) => canonicalJson([object.metadata['deletionTimestamp'] ?? null, [...finalizers(object)]]),
      reconcile: async (turn) => {
        await ready;
        if (turn.ref.namespace !== shared.namespace) return {};
        return finalizeProject(shared, turn, waiting);
      },
    }),
    makeQueue,
  );
  const { group, kind } = appProjectResource;
  return {
    ...controller,
    applicationChanged: () => {
      for (const name of waiting) controller.wake({ group, kind, namespace: shared.namespace, name });
    },
  };
}

async function finalizeProject(
  shared: Shared,
  { ref, object, signal }: Turn,
  waiting: Set<string>,
): Promise<WorkResult> {
  const { name } = ref;
  const isGoing = object !== undefined && typeof object.metadata['deletionTimestamp'] === 'string';
  if (!isGoing || !finalizers(object).includes(RESOURCES_FINALIZER)) {
    waiting.delete(name);
    return {};
  }
  waiting.add(name);
  if (await isUsed(shared, object, signal)) return {};
  const kept = finalizers(object).filter((entry) => entry !== RESOURCES_FINALIZER);
  await shared.home.client.patch(
    ref,
    { kind: 'merge', patch: { metadata: { finalizers: kept.length === 0 ? null : kept } } },
    { fieldManager: STATUS_MANAGER, signal, caller: `AppProject/${name}` },
  );
  waiting.delete(name);
  return {};
}

/** Whether an Application uses a project, and may. */
async function isUsed(shared: Shared, project: KubernetesObject, signal: AbortSignal): Promise<boolean> {
  const listed = getPath(project, 'spec', 'sourceNamespaces');
  const sourceNamespaces = Array.isArray(listed) ? listed.filter((entry) => typeof entry === 'string') : [];
  const { cache, live } = shared.home;
  for (const { ref } of cache.list(applicationResource)) {
    if (!isServedNamespace(shared, ref.namespace)) continue;
    if (!isNamespacePermitted({ sourceNamespaces }, ref.namespace, shared.namespace)) continue;
    const used = getPath(await live.get(ref, signal), 'spec', 'project');
    if ((used === '' || used === undefined ? DEFAULT_PROJECT : used) === project.metadata['name']) return true;
  }
  return false;
}
