import { deleteObject } from '@capstan/apply';
import type { WorkResult } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { finalizers } from '../annotations.ts';
import { waveOf } from '../hooks.ts';
import { APPLY_MANAGER, BACKGROUND_FINALIZER, FOREGROUND_FINALIZER, RESOURCES_FINALIZER } from '../names.ts';
import { isObjectPermitted } from '../project/kinds.ts';
import type { ProjectSpec } from '../project/project-spec.ts';
import { isDeleteDisabled, isDeletionApproved, needsDeleteApproval, SyncOptions } from '../sync-options.ts';
import { isDefinition } from '../tracking.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import { findProject, projectNameOf } from './application-project.ts';
import { claimedBy, claims, watchListed } from './evaluate.ts';
import { writeOptions, type Run } from './run.ts';
import { syncRights, type SyncRights } from './sync-rights.ts';

const cascading = new Set([RESOURCES_FINALIZER, FOREGROUND_FINALIZER, BACKGROUND_FINALIZER]);
/** How often a deletion that waits for its objects looks again, should no event tell. */
const LOOK_AGAIN_MS = 10_000;

/**
 * Deletes what an Application has made, where its finalizer asks for that, highest wave first, and lets it go. Without
 * the finalizer its objects stay.
 */
export async function finalizeApplication(run: Run): Promise<WorkResult> {
  const { shared, application } = run;
  const own = finalizers(application.object);
  const asked = own.filter((entry) => cascading.has(entry));
  if (asked.length === 0) return {};
  const found = shared.destinations.find(application.spec.destination);
  const known = await findProject(run);
  // An unknown destination leaves nothing that could be deleted.
  if (found.kind === 'found') {
    const { at } = found;
    // Without its project nobody can say what may be deleted: the objects would be orphaned without a word.
    if (known.kind !== 'found') {
      shared.engine.log.warn({ application: run.owner }, `not deleted: ${known.message}`);
      return { requeueAfterMs: LOOK_AGAIN_MS };
    }
    const { project } = known;
    await watchListed(run, at);
    if (isListedUnseen(run, at)) return { requeueAfterMs: LOOK_AGAIN_MS };
    const left = (await claims(run, at)).filter((live) => mayDelete(run, at, project, live));
    if (left.some(isGoing)) return { requeueAfterMs: LOOK_AGAIN_MS };
    if (left.length > 0) {
      const options = new SyncOptions(application.spec.syncPolicy?.syncOptions);
      if (left.some((live) => needsDeleteApproval(live, options)) && !isApproved(run)) return {};
      const rights = rightsOf(run, at, project);
      if (rights.kind === 'refused' && rights.why === 'unreadable') {
        shared.engine.log.warn({ application: run.owner }, `not deleted: ${rights.message}`);
        return { requeueAfterMs: LOOK_AGAIN_MS };
      }
      const { client } = rights.kind === 'granted' ? rights.cluster : at.cluster;
      const highest = Math.max(...left.map(waveOf));
      const propagation = asked.includes(BACKGROUND_FINALIZER) ? 'Background' : 'Foreground';
      for (const live of left.filter((object) => waveOf(object) === highest)) {
        await deleteObject(client, live, propagation, {
          manager: APPLY_MANAGER,
          signal: run.signal,
          caller: run.owner,
        });
        at.cluster.live.removed(refOf(live));
      }
      return { requeueAfterMs: LOOK_AGAIN_MS };
    }
  }
  const kept = own.filter((entry) => !cascading.has(entry));
  await shared.writer.write(application.object, { finalizers: kept }, writeOptions(run));
  return {};
}

/** As whom a deletion is made: without an account of its own, as Capstan, as upstream. */
function rightsOf(run: Run, at: DestinationCluster, project: ProjectSpec): SyncRights {
  const { ref, spec } = run.application;
  const destination = { server: at.server, name: at.name, namespace: spec.destination.namespace ?? '' };
  return syncRights({ settings: run.shared.settings(), project, destination, at, namespace: ref.namespace });
}

function mayDelete(run: Run, at: DestinationCluster, project: ProjectSpec, live: KubernetesObject): boolean {
  const { ref, spec } = run.application;
  const isItself =
    live.kind === 'Application' && refOf(live).name === ref.name && refOf(live).namespace === ref.namespace;
  return (
    !isItself &&
    !isDefinition(live) &&
    claimedBy(run)(live) &&
    !isDeleteDisabled(live, new SyncOptions(spec.syncPolicy?.syncOptions)) &&
    isObjectPermitted(project, refOf(live), {
      server: at.server,
      name: at.name,
      projectScoped: at.project !== '' && at.project === projectNameOf(run),
    })
  );
}

/** Whether a person has approved since the Application was deleted. */
function isApproved(run: Run): boolean {
  const { object } = run.application;
  const since = object.metadata['deletionTimestamp'];
  return isDeletionApproved(object, typeof since === 'string' ? Date.parse(since) : Infinity);
}

/** Whether the discovery of a group that the Application has objects of has failed: they may still be there. */
function isListedUnseen(run: Run, { cluster }: DestinationCluster): boolean {
  const { discovery } = cluster.client;
  return (run.application.status.resources ?? []).some(({ group }) => discovery.groupFailed(group ?? ''));
}

function isGoing(live: KubernetesObject): boolean {
  return typeof live.metadata['deletionTimestamp'] === 'string';
}
