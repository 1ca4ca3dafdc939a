import { AppProject } from '@capstan/api';
import { readArgoSettings } from '@capstan/controllers';
import {
  blockingWindows,
  canSync,
  matchingWindows,
  nextChange,
  readLabelSelector,
  type SyncWindow,
} from '@capstan/controllers/argo-project';
import { isCapstanError } from '@capstan/errors';
import type { KubeClient } from '@capstan/kube';
import { getPath, isJsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import { textAt, type ClosedWindows, type ProjectEvidence } from '@capstan/views';

/** How a project is looked up. */
export interface ProjectLookUp {
  /** An object, or nothing where the person may not see it. */
  readonly find: (client: KubeClient, ref: VersionedRef) => Promise<KubernetesObject | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What an Application's project says about it now: the project, and windows that are closed. */
export async function gatherProject(
  client: KubeClient,
  app: KubernetesObject,
  lookUp: ProjectLookUp,
): Promise<ProjectEvidence> {
  const namespace = textAt(app, 'status', 'controllerNamespace') || textAt(app.metadata, 'namespace');
  const refOfProject = (name: string): VersionedRef => ({
    ...{ group: 'argoproj.io', version: 'v1alpha1', kind: 'AppProject' },
    namespace,
    name,
  });
  const project = await lookUp.find(client, refOfProject(textAt(app, 'spec', 'project') || 'default'));
  if (project === undefined) return { project, windows: undefined };
  const globals = await globalNames(client, namespace, project);
  const others = await Promise.all(globals.map((name) => lookUp.find(client, refOfProject(name))));
  const windows = [project, ...others].flatMap((object) => (object === undefined ? [] : windowsOf(object)));
  return { project, windows: closedWindows(app, windows, lookUp.now) };
}

async function globalNames(
  client: KubeClient,
  namespace: string,
  project: KubernetesObject,
): Promise<readonly string[]> {
  const labels = getPath(project.metadata, 'labels');
  const texts = Object.fromEntries(
    Object.entries(isJsonObject(labels) ? labels : {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
  try {
    const { globalProjects } = await readArgoSettings(client, namespace);
    return globalProjects
      .filter(({ labelSelector }) => readLabelSelector(labelSelector)?.(texts) === true)
      .map(({ projectName }) => projectName)
      .filter((name) => name !== textAt(project.metadata, 'name'));
  } catch (error) {
    // Who may not read settings is told what the project itself says.
    if (isCapstanError(error, 'KUBE_FORBIDDEN')) return [];
    throw error;
  }
}

function windowsOf(project: KubernetesObject): readonly SyncWindow[] {
  const read = AppProject.shape.spec.shape.syncWindows.safeParse(getPath(project, 'spec', 'syncWindows'));
  return read.success ? (read.data ?? []) : [];
}

function closedWindows(app: KubernetesObject, all: readonly SyncWindow[], now: number): ClosedWindows | undefined {
  const windows = matchingWindows(all, {
    name: textAt(app.metadata, 'name'),
    server: textAt(app, 'spec', 'destination', 'server'),
    cluster: textAt(app, 'spec', 'destination', 'name'),
    namespace: textAt(app, 'spec', 'destination', 'namespace'),
  });
  const automated = { manual: false, now };
  try {
    const blocking = blockingWindows(windows, automated);
    if (blocking.length === 0) return undefined;
    const change = nextChange(windows, automated);
    return {
      blocking: blocking.map(({ kind = '', schedule = '', duration = '', timeZone = '', description = '' }) => ({
        kind,
        schedule,
        duration,
        timeZone,
        description,
      })),
      manual: canSync(windows, { manual: true, now }),
      opensAt: change?.changes === true ? new Date(change.at).toISOString() : '',
      problem: '',
    };
  } catch (error) {
    if (!isCapstanError(error, 'SPEC_INVALID')) throw error;
    return { blocking: [], manual: false, opensAt: '', problem: error.message };
  }
}
