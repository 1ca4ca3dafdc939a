import { applicationResource } from '@capstan/api';
import { isCapstanError } from '@capstan/errors';
import type { WorkResult } from '@capstan/kube';
import { canonicalJson, getPath, type JsonObject, type KubernetesObject, type VersionedRef } from '@capstan/object';
import type { Reconciler, Turn } from '../../runtime/reconciler.ts';
import { timestamp } from '../../runtime/time.ts';
import { annotation, finalizers } from '../annotations.ts';
import { ownerKey, plain, readApplication } from '../application.ts';
import { autoSync, type AutoSync } from '../auto-sync.ts';
import { recordEvent } from '../events.ts';
import { ARGO, condition, EVENT_COMPONENT, eventReason, REFRESH, SKIP_RECONCILE } from '../names.ts';
import { isCompleted, newState, readState, writeState, type OperationState } from '../operation/state.ts';
import { sameSources, sourcesOf, targetRevisions } from '../source/source-set.ts';
import { isServedNamespace } from './application-project.ts';
import { comparedStatus, refusedStatus, unreachableStatus } from './draft-status.ts';
import { evaluate, standingOf } from './evaluate.ts';
import { finalizeApplication } from './finalize.ts';
import { guard } from './guards.ts';
import { noteHeals } from './heals.ts';
import { keepHookFinalizers } from './hook-finalizers.ts';
import { isRecorded, withSync } from './history.ts';
import type { Operated } from './conclude.ts';
import { operate, operationOf, refuseOperation } from './operate.ts';
import { SHARED_MS } from '../source/revisions.ts';
import { closedToAutomation } from './windows.ts';
import { atDestination } from './at-destination.ts';
import { summaryOf, watchChildren } from './summary.ts';
import { bookKey, withObject, writeOptions, type Permit, type Run, type Shared, type Standing } from './run.ts';

/** How soon Git is asked again after a failure that may go by itself. */
const RETRY_SOURCE_MS = 10_000;

/** Reconciles Applications: guards, comparison, operation, automation; status is written where something has changed. */
export function applicationReconciler(shared: Shared, ready: Promise<void>): Reconciler {
  return {
    name: EVENT_COMPONENT,
    kind: applicationResource,
    fingerprint: (object) =>
      canonicalJson({
        spec: object['spec'] ?? null,
        // Our own operations are no news to us.
        operation:
          getPath(object, 'operation', 'initiatedBy', 'automated') === true ? null : (object['operation'] ?? null),
        terminating: getPath(object, 'status', 'operationState', 'phase') === 'Terminating',
        annotations: Object.entries((object.metadata['annotations'] ?? {}) as JsonObject)
          .filter(([key]) => key.includes(ARGO))
          .map(([key, value]) => [key, value]),
        gone: object.metadata['deletionTimestamp'] ?? null,
        finalizers: [...finalizers(object)],
      }),
    reconcile: async (turn) => {
      await ready;
      return reconcile(shared, turn);
    },
  };
}

async function reconcile(shared: Shared, turn: Turn): Promise<WorkResult> {
  const owner = ownerKey(turn.ref);
  if (turn.object === undefined || !isServedNamespace(shared, turn.ref.namespace)) {
    shared.destinations.drop(owner);
    shared.due.delete(bookKey(turn.ref));
    shared.held.told(owner);
    return {};
  }
  const run = runOf(shared, turn, turn.object, owner);
  if (typeof turn.object.metadata['deletionTimestamp'] === 'string') return finalizeApplication(run);
  if (annotation(turn.object, SKIP_RECONCILE) === 'true') return {};
  try {
    return await steps(run);
  } catch (error) {
    // It went away while we were at it: its deletion runs us again.
    if (isCapstanError(error, 'KUBE_NOT_FOUND') && (await isGone(run))) return {};
    throw error;
  }
}

function runOf(shared: Shared, turn: Turn, object: KubernetesObject, owner: string): Run {
  return {
    shared,
    application: readApplication(object),
    signal: turn.signal,
    aside: turn.aside,
    owner,
    now: timestamp(shared.engine.clock.now()),
    asked: annotation(object, REFRESH) !== undefined,
  };
}

async function isGone(run: Run): Promise<boolean> {
  const found = await run.shared.home.client.find(run.application.ref, { signal: run.signal });
  return found === undefined;
}

async function steps(run: Run): Promise<WorkResult> {
  const guarded = await guard(run);
  if (guarded.kind === 'refused') {
    const operation = operationOf(run);
    const ended =
      operation === undefined ? undefined : (heldOf(run, operation) ?? refuseOperation(run, operation, guarded));
    await store(run, refusedStatus(run, guarded.conditions), { operated: ended, reconciled: false });
    return {};
  }
  const { permit } = guarded;
  // It may have gone elsewhere before.
  run.shared.destinations.drop(run.owner, permit.at);
  return atDestination(
    run,
    permit.at,
    (there) => stepsAt(there, permit),
    (message) => store(run, unreachableStatus(run, message), { operated: undefined, reconciled: false }),
  );
}

async function stepsAt(run: Run, permit: Permit): Promise<WorkResult> {
  const held = run.shared.held.left(run.owner);
  if (held !== undefined && (await isProgressing(run, permit, held.unsettled)))
    return { requeueAfterMs: held.ms, goesOn: true };
  const look = lookAtGit(run);
  const sources = sourcesOf(run.application.spec);
  const evaluation = await evaluate(run, permit, {
    sources,
    revisions: targetRevisions(sources),
    maxAgeMs: look.maxAgeMs,
    // What the last operation brought along is what the Application is held to until the next one, as upstream.
    manifests: run.application.status.operationState?.operation.sync?.manifests,
  });
  const standing = await standingOf(run, permit, evaluation);
  watchChildren(run, permit.at, standing);
  const result = await act(run, permit, standing);
  wakeRivals(run, permit, standing);
  const next = evaluation.error?.transient === true ? Math.min(RETRY_SOURCE_MS, look.nextMs) : look.nextMs;
  const wait = Math.min(result.requeueAfterMs ?? Infinity, next);
  return wait === Infinity ? {} : { ...result, requeueAfterMs: wait };
}

/** Has those look who claim some of its objects, too, where that is news. */
function wakeRivals(run: Run, { at }: Permit, { comparison: { shared, claimed, disputes } }: Standing): void {
  if (disputes.length === 0) return;
  const known = new Set(run.application.status.conditions?.map(({ message }) => message));
  if ([...shared, ...claimed].every((message) => known.has(message))) return;
  at.cluster.claims.wakeRivals(disputes);
}

/** Goes on with the operation that is under way, or decides whether one begins; then puts on record what changed. */
async function act(begun: Run, permit: Permit, standing: Standing): Promise<WorkResult> {
  let run = await keepHookFinalizers(begun, standing);
  let operation = operationOf(run);
  const decided = operation === undefined ? decide(run, permit, standing) : ({ kind: 'none' } as const);
  if (decided.kind === 'start') {
    operation = newState(decided.operation, run.now);
    if (decided.heals) noteHeals(run, permit.at, standing);
    recordEvent(run.shared, run.application, {
      reason: eventReason.operationStarted,
      message: `Initiated automated sync to '${standing.evaluation.revisions.join(', ')}'`,
    });
  }
  if (operation === undefined) {
    await store(run, comparedStatus(run, permit.at, standing, errorOf(run, decided)), {
      operated: undefined,
      reconciled: true,
    });
    return waitOf(decided);
  }
  const isNew = run.application.operation === undefined;
  let isAnnounced = !isNew && isOnRecord(run, operation);
  const announce = async (state: OperationState): Promise<void> => {
    if (isAnnounced) return;
    isAnnounced = true;
    const operationState = writeState({ ...state, phase: 'Running' });
    // While many wait only the intent goes on record: how things stood before it is told by what comes of it.
    const initial: JsonObject = run.shared.held.isBusy
      ? { operationState }
      : {
          ...comparedStatus(run, permit.at, standing, noSyncError),
          ...(isNew ? serverTypes(run, permit.at, standing) : {}),
          operationState,
        };
    const requested = isNew ? { operation: plain(state.operation) } : {};
    const before = run;
    const object = await run.shared.writer.write(
      run.application.object,
      { status: initial, ...requested },
      writeOptions(run, { reconciledAt: run.now }),
    );
    run = withObject(run, object);
    tellChanges(before, initial);
  };
  const operated =
    heldOf(run, operation) ?? (await operate(run, permit, operation, standing, standing.comparison.shared, announce));
  if (operated.state === operation) {
    // It waits for its next attempt: only how things stand may have changed.
    await store(run, comparedStatus(run, permit.at, standing, noSyncError), { operated: undefined, reconciled: true });
    return operated.afterMs === undefined ? {} : { requeueAfterMs: operated.afterMs };
  }
  const after = await standingAfter(run, permit, standing, operated.state);
  const next = isCompleted(operated.state) ? decide(run, permit, after, operated.state) : ({ kind: 'none' } as const);
  const mayWait = isAnnounced && next.kind === 'none' && operated.state.phase === 'Succeeded';
  const holdMs = mayWait ? run.shared.held.hold(run.owner, operated.state, unsettledIn(run, after)) : undefined;
  if (holdMs !== undefined) return { requeueAfterMs: holdMs, goesOn: true };
  const status = {
    ...comparedStatus(run, permit.at, after, errorOf(run, next)),
    ...(isNew ? serverTypes(run, permit.at, after) : {}),
  };
  await store(run, status, { operated, reconciled: true, ...(isNew ? { isNew } : {}) });
  if (next.kind === 'start') return { requeueAfterMs: 0 };
  const wait = waitOf(next);
  return wait.requeueAfterMs === undefined && operated.afterMs !== undefined
    ? { requeueAfterMs: operated.afterMs }
    : wait;
}

/** The end of an operation that waits to be told, where there is one. */
function heldOf(run: Run, operation: OperationState): Operated | undefined {
  const state = run.shared.held.of(run.owner, operation);
  return state === undefined ? undefined : { state };
}

/** The objects for which an Application is Progressing: none where it is anything else. */
function unsettledIn({ shared }: Run, { comparison }: Standing): readonly VersionedRef[] {
  if (comparison.health !== 'Progressing') return [];
  return comparison.managed
    .filter(({ live }) => live !== undefined && shared.health.judge(live)?.status === 'Progressing')
    .map(({ ref }) => ref);
}

/** Whether one of some objects is still Progressing. */
async function isProgressing({ shared, signal }: Run, { at }: Permit, refs: readonly VersionedRef[]): Promise<boolean> {
  for (const ref of refs) {
    const live = await at.cluster.live.get(ref, signal);
    if (live !== undefined && shared.health.judge(live)?.status === 'Progressing') return true;
  }
  return false;
}

/** How things stand after a turn of an operation: against its own manifests where it brought some along. */
async function standingAfter(
  run: Run,
  permit: Permit,
  { evaluation }: Standing,
  state: OperationState,
): Promise<Standing> {
  const { manifests = [] } = state.operation.sync ?? {};
  const sources = sourcesOf(run.application.spec);
  const wanted = { sources, revisions: targetRevisions(sources), maxAgeMs: Infinity, manifests };
  return standingOf(run, permit, manifests.length === 0 ? evaluation : await evaluate(run, permit, wanted), state);
}

// Argo CD starts a sync by writing the whole Application through its own types, which print these even when empty.
function serverTypes(run: Run, at: Permit['at'], standing: Standing): JsonObject {
  const { sourceHydrator } = run.application.status;
  return {
    sourceHydrator: sourceHydrator === undefined ? {} : plain(sourceHydrator),
    summary: summaryOf(run, at, standing),
  };
}

/** What automation does, where the project's windows let it do anything. */
type Decided = AutoSync | { readonly kind: 'closed'; readonly afterMs: number | undefined };

function decide(run: Run, permit: Permit, standing: Standing, last?: OperationState): Decided {
  const { status, spec } = run.application;
  const closed = closedToAutomation(run, permit);
  if (closed !== undefined) return { kind: 'closed', afterMs: closed.afterMs };
  const known = status.operationState === undefined ? undefined : readState(status.operationState);
  return autoSync({
    application: { spec, operation: undefined },
    comparison: standing.comparison,
    revisions: standing.evaluation.revisions,
    last: last ?? known,
    now: run.shared.engine.clock.now(),
    heal: run.shared.settings().selfHeal,
  });
}

/** What holds automation up. While windows are closed it does not look, and what it said last stands. */
function errorOf(run: Run, decided: Decided): string | undefined {
  if (decided.kind === 'closed')
    return run.application.status.conditions?.find(({ type }) => type === condition.syncError)?.message;
  return decided.kind === 'error' ? decided.message : undefined;
}

function waitOf(decided: Decided): WorkResult {
  const isWaiting = decided.kind === 'later' || decided.kind === 'closed';
  return !isWaiting || decided.afterMs === undefined ? {} : { requeueAfterMs: decided.afterMs };
}

/** While an operation runs nothing is held against the last one: automation does not look. */
const noSyncError = undefined;

/** Whether the operation stands on record as it is: then it need not be announced again. */
function isOnRecord(run: Run, operation: OperationState): boolean {
  const { operationState } = run.application.status;
  return (
    operationState !== undefined &&
    operationState.startedAt === operation.startedAt &&
    operationState.finishedAt === undefined &&
    operationState.syncResult !== undefined
  );
}

/** Writes a status, and with it what has become of the operation; tells what has changed by events. */
async function store(
  run: Run,
  status: JsonObject,
  options: { readonly operated: Operated | undefined; readonly reconciled: boolean; readonly isNew?: boolean },
): Promise<void> {
  const state = options.operated?.state;
  const ended = state !== undefined && isCompleted(state);
  const change: JsonObject = {
    ...status,
    ...(state === undefined ? {} : { operationState: writeState(state) }),
    ...(state !== undefined && ended && isRecorded(state)
      ? { history: withSync(run.application, state, run.now) }
      : {}),
  };
  const isPending = state !== undefined && !ended && options.isNew === true;
  const object = await run.shared.writer.write(
    run.application.object,
    {
      status: change,
      dropAnnotations: run.asked ? [REFRESH] : [],
      ...(ended ? { operation: null } : isPending ? { operation: plain(state.operation) } : {}),
    },
    writeOptions(run, options.reconciled ? { reconciledAt: run.now } : undefined),
  );
  if (ended) run.shared.held.told(run.owner);
  if (object === run.application.object) return;
  if (ended) tellEnd(run, state);
  tellChanges(run, change);
}

function tellEnd(run: Run, state: OperationState): void {
  const partial = (state.operation.sync?.resources ?? []).length > 0;
  const subject = `${partial ? 'Partial sync' : 'Sync'} operation${state.revisions === undefined ? '' : ` to ${state.revisions.join(',')}`}`;
  const succeeded = state.phase === 'Succeeded';
  recordEvent(run.shared, run.application, {
    type: succeeded ? 'Normal' : 'Warning',
    reason: eventReason.operationCompleted,
    message: succeeded ? `${subject} succeeded` : `${subject} failed: ${state.message}`,
  });
  run.shared.engine.journal.write({
    at: run.now,
    owner: run.application.ref,
    cluster: run.shared.home.id,
    actor:
      state.operation.initiatedBy?.username === undefined
        ? { kind: 'capstan' }
        : { kind: 'user', name: state.operation.initiatedBy.username },
    event: {
      kind: 'sync',
      revision: (state.revisions ?? []).join(','),
      phase: succeeded ? 'succeeded' : 'failed',
      message: state.message,
    },
  });
}

function tellChanges(before: Run, status: JsonObject): void {
  const { engine, home } = before.shared;
  const sync = getPath(status, 'sync', 'status');
  const health = getPath(status, 'health', 'status');
  const was = {
    sync: before.application.status.sync?.status ?? '',
    health: before.application.status.health?.status ?? '',
  };
  if (typeof sync === 'string' && sync !== was.sync)
    tellChange(before, { what: 'Updated sync status', from: was.sync, to: sync });
  if (typeof health !== 'string' || health === was.health) return;
  tellChange(before, { what: 'Updated health status', from: was.health, to: health });
  engine.journal.write({
    at: before.now,
    owner: before.application.ref,
    cluster: home.id,
    actor: { kind: 'capstan' },
    event: { kind: 'health', from: was.health, to: health },
  });
}

function tellChange(run: Run, transition: { readonly what: string; readonly from: string; readonly to: string }): void {
  const message = `${transition.what}: ${transition.from} -> ${transition.to}`;
  recordEvent(run.shared, run.application, { reason: eventReason.resourceUpdated, message, transition });
}

/** How fresh the target revision must be, and when it is looked at next. */
function lookAtGit(run: Run): { readonly maxAgeMs: number; readonly nextMs: number } {
  const { shared, application } = run;
  const { due } = shared;
  const poll = shared.poll();
  const pollMs = poll.intervalMs === 0 ? Infinity : poll.intervalMs;
  const key = bookKey(application.ref);
  const now = shared.engine.clock.monotonic();
  const isAsked = run.asked;
  const compared = application.status.sync?.comparedTo;
  const isNew = compared === undefined || !sameSources(sourcesOf(compared), sourcesOf(application.spec));
  const known = due.get(key);
  const isDue = known !== undefined && now >= known;
  if (isAsked || isNew || isDue || known === undefined) {
    const interval = pollMs + shared.random() * poll.jitterMs;
    due.set(key, now + interval);
    const maxAgeMs = isAsked ? 0 : isNew ? SHARED_MS : isDue ? pollMs / 2 : pollMs;
    return { maxAgeMs, nextMs: interval };
  }
  return { maxAgeMs: Infinity, nextMs: known - now };
}
