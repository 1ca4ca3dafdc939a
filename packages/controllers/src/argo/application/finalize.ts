import { deleteObject } from '@capstan/apply';
import { isCapstanError, messageOf } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import { refOf, type KubernetesObject } from '@capstan/object';
import { heirOf } from '../../runtime/claims.ts';
import { finalizers } from '../annotations.ts';
import { recordEvent } from '../events.ts';
import { waveOf, type DeleteHookType } from '../hooks.ts';
import {
  APPLY_MANAGER,
  BACKGROUND_FINALIZER,
  CLEANUP,
  condition,
  eventReason,
  FOREGROUND_FINALIZER,
  POST_DELETE_FINALIZER,
  PRE_DELETE_FINALIZER,
  RESOURCES_FINALIZER,
} from '../names.ts';
import type { DestinationCluster } from '../destination/destination-cluster.ts';
import { isObjectPermitted } from '../project/kinds.ts';
import type { ProjectSpec } from '../project/project-spec.ts';
import { replaceConditions } from '../status.ts';
import { isDeleteDisabled, isDeletionApproved, needsDeleteApproval, SyncOptions } from '../sync-options.ts';
import { isDefinition } from '../tracking.ts';
import { atDestination } from './at-destination.ts';
import { findProject, projectNameOf } from './application-project.ts';
import { cleanDeleteHooks, deletingClient, runDeleteHooks } from './delete-hooks.ts';
import { claimantOf } from './claim.ts';
import { claimedBy, claims, watch } from './evaluate.ts';
import { writeOptions, type Permit, type Run } from './run.ts';
import { syncRights } from './sync-rights.ts';

const cascading: readonly string[] = [RESOURCES_FINALIZER, FOREGROUND_FINALIZER, BACKGROUND_FINALIZER];
const hooked: readonly string[] = [PRE_DELETE_FINALIZER, POST_DELETE_FINALIZER].flatMap((name) => [
  name,
  `${name}${CLEANUP}`,
]);
/** How often a deletion that waits looks again, should no event tell. */
const LOOK_AGAIN_MS = 10_000;

/** What became of a stage of deletion: it is through, waits, or cannot go on, and why. */
type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'waiting'; readonly lookAgain: boolean }
  | { readonly kind: 'failed'; readonly message: string };

const completed: Outcome = { kind: 'completed' };
const waiting: Outcome = { kind: 'waiting', lookAgain: true };

/** A stage of deletion: what it does, and which finalizers ask for it. */
interface Stage {
  readonly finalizers: readonly string[];
  readonly words?: string;
  run(run: Run, permit: Permit): Promise<Outcome>;
}

/**
 * The stages, in the order in which upstream goes through them (controller/appcontroller.go): hooks before, the objects,
 * hooks after, and what is left of the hooks.
 */
const stages: readonly Stage[] = [
  {
    finalizers: [PRE_DELETE_FINALIZER],
    words: 'error executing pre-delete hooks: ',
    run: hookStage(runDeleteHooks, 'PreDelete'),
  },
  { finalizers: cascading, run: deleteObjects },
  { finalizers: [POST_DELETE_FINALIZER], run: hookStage(runDeleteHooks, 'PostDelete') },
  {
    finalizers: [`${PRE_DELETE_FINALIZER}${CLEANUP}`],
    words: 'error cleaning up pre-delete hooks: ',
    run: hookStage(cleanDeleteHooks, 'PreDelete'),
  },
  { finalizers: [`${POST_DELETE_FINALIZER}${CLEANUP}`], run: hookStage(cleanDeleteHooks, 'PostDelete') },
];

/**
 * Goes on with an Application's deletion, a stage at a time, each asked for by a finalizer that goes when it is through.
 * Without the finalizer its objects stay.
 */
export async function finalizeApplication(run: Run): Promise<WorkResult> {
  const { application, shared } = run;
  const own = finalizers(application.object);
  if (!own.some((entry) => cascading.includes(entry) || hooked.includes(entry))) return {};
  const known = await findProject(run);
  // Without its project nobody can say what may be deleted: the objects would be orphaned without a word.
  if (known.kind !== 'found') return tellFailure(run, known.message);
  const { project } = known;
  const found = shared.destinations.find(application.spec.destination);
  switch (found.kind) {
    case 'unknown':
      return abandon(run, found.message);
    case 'unusable':
      return tellFailure(run, found.message);
    case 'found': {
      const { at } = found;
      shared.destinations.drop(run.owner, at);
      const tell = async (message: string): Promise<void> => void (await tellFailure(run, message));
      return atDestination(run, at, (there) => finalizeAt(there, project, at), tell);
    }
  }
}

/** Goes on with a deletion whose cluster can be reached. */
async function finalizeAt(run: Run, project: ProjectSpec, at: DestinationCluster): Promise<WorkResult> {
  const { application, shared } = run;
  const own = finalizers(application.object);
  const name = projectNameOf(run);
  const destination = {
    server: at.server,
    name: at.name,
    namespace: application.spec.destination.namespace ?? '',
    projectScoped: at.project !== '' && at.project === name,
  };
  const { namespace } = application.ref;
  const rights = syncRights({ settings: shared.settings(), project, destination, at, namespace });
  if (rights.kind === 'refused' && rights.why === 'unreadable')
    return tellFailure(run, `cannot apply impersonation: ${rights.message}`);
  const permit: Permit = { project, projectName: name, destination, at, rights };
  const stage = stages.find(({ finalizers: asking }) => own.some((entry) => asking.includes(entry)));
  if (stage === undefined) return {};
  const outcome = await attempt(run, permit, stage);
  switch (outcome.kind) {
    case 'completed':
      return letGo(run, stage.finalizers);
    case 'waiting':
      return outcome.lookAgain ? { requeueAfterMs: LOOK_AGAIN_MS } : {};
    case 'failed':
      return tellFailure(run, `${stage.words ?? ''}${outcome.message}`);
  }
}

/** What the server refuses is told; what may go by itself is tried again by whoever called. */
async function attempt(run: Run, permit: Permit, stage: Stage): Promise<Outcome> {
  try {
    return await stage.run(run, permit);
  } catch (error) {
    if (run.signal.aborted || !isCapstanError(error) || error.retry === 'transient') throw error;
    return { kind: 'failed', message: messageOf(error) };
  }
}

function hookStage(stage: typeof runDeleteHooks, type: DeleteHookType): Stage['run'] {
  return async (run, permit) => {
    const outcome = await stage(run, permit, type);
    return outcome.kind === 'waiting' ? waiting : outcome;
  };
}

/** Deletes what the Application has made, highest wave first. */
async function deleteObjects(run: Run, permit: Permit): Promise<Outcome> {
  const { at } = permit;
  const { application } = run;
  await watch(run, at, undefined);
  if (isListedUnseen(run, permit)) return waiting;
  const own = (await claims(run, at)).filter((live) => mayDelete(run, permit, live));
  const left = await withoutHanded(run, at, own);
  if (left.length === 0) return completed;
  if (left.some(isGoing)) return waiting;
  const options = new SyncOptions(application.spec.syncPolicy?.syncOptions);
  if (left.some((live) => needsDeleteApproval(live, options)) && !isApproved(run))
    return { kind: 'waiting', lookAgain: false };
  const highest = Math.max(...left.map(waveOf));
  const isBackground = finalizers(application.object).includes(BACKGROUND_FINALIZER);
  for (const live of left.filter((object) => waveOf(object) === highest)) {
    await deleteObject(deletingClient(permit), live, isBackground ? 'Background' : 'Foreground', {
      manager: APPLY_MANAGER,
      signal: run.signal,
      caller: run.owner,
    });
    at.cluster.live.removed(refOf(live));
  }
  return waiting;
}

/**
 * Lets an Application go whose cluster nobody declares any more, as Argo CD does. What it made there is nobody's from
 * now on: that is told.
 */
async function abandon(run: Run, why: string): Promise<WorkResult> {
  const { resources = [] } = run.application.status;
  recordEvent(run.shared, run.application, {
    type: 'Warning',
    reason: eventReason.resourcesAbandoned,
    message: `deleted without its ${resources.length} resources, which stay where they are: ${why}`,
  });
  return letGo(run, [...cascading, ...hooked]);
}

async function letGo(run: Run, gone: readonly string[]): Promise<WorkResult> {
  const { application, shared } = run;
  const kept = finalizers(application.object).filter((entry) => !gone.includes(entry));
  await shared.writer.write(application.object, { finalizers: kept }, writeOptions(run));
  return { requeueAfterMs: 0 };
}

/** Puts on record why an Application cannot be deleted, once for each reason. */
async function tellFailure(run: Run, message: string): Promise<WorkResult> {
  const { application, shared } = run;
  const before = application.status.conditions ?? [];
  const isKnown = before.some((entry) => entry.type === condition.deletionError && entry.message === message);
  if (!isKnown) {
    const conditions = replaceConditions(
      before,
      [condition.deletionError],
      [{ type: condition.deletionError, message }],
      run.now,
    );
    await shared.writer.write(application.object, { status: { conditions } }, writeOptions(run));
    recordEvent(shared, application, {
      type: 'Warning',
      reason: eventReason.statusRefreshed,
      message: `Unable to delete application resources: ${message}`,
    });
  }
  return { requeueAfterMs: LOOK_AGAIN_MS };
}

function mayDelete(run: Run, { project, destination }: Permit, live: KubernetesObject): boolean {
  const { ref, spec } = run.application;
  const isItself =
    live.kind === 'Application' && refOf(live).name === ref.name && refOf(live).namespace === ref.namespace;
  return (
    !isItself &&
    !isDefinition(live) &&
    claimedBy(run)(live) &&
    !isDeleteDisabled(live, new SyncOptions(spec.syncPolicy?.syncOptions)) &&
    isObjectPermitted(project, refOf(live), destination)
  );
}

/** What a Kustomization has written too, and still has, is left to it. */
async function withoutHanded(
  run: Run,
  { cluster }: DestinationCluster,
  lives: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  const left: KubernetesObject[] = [];
  for (const live of lives) {
    const dispute = await cluster.claims.dispute('argo', claimantOf(run), { ref: refOf(live), live }, run.signal);
    if (heirOf(dispute, live) === undefined) left.push(live);
  }
  return left;
}

/** Whether a person has approved since the Application was deleted. */
function isApproved(run: Run): boolean {
  const { object } = run.application;
  const since = object.metadata['deletionTimestamp'];
  return isDeletionApproved(object, typeof since === 'string' ? Date.parse(since) : Infinity);
}

/** Whether the discovery of a group that the Application has objects of has failed: they may still be there. */
function isListedUnseen(run: Run, { at }: Permit): boolean {
  const { discovery } = at.cluster.client;
  return (run.application.status.resources ?? []).some(({ group }) => discovery.groupFailed(group ?? ''));
}

function isGoing(live: KubernetesObject): boolean {
  return typeof live.metadata['deletionTimestamp'] === 'string';
}
