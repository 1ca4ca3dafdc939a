import { isCapstanError } from '@capstan/errors';
import { compareUtf8 } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { annotation } from '../annotations.ts';
import type { SyncOperation } from '../application.ts';
import { refuseUnhonouredOperation } from '../honoured.ts';
import { condition, DEFAULT_MIGRATION_MANAGER, MIGRATION_MANAGER } from '../names.ts';
import { namespaceMetadata } from '../operation/managed-namespace.ts';
import { deniedBy, planSync, type SyncTask } from '../operation/plan.ts';
import { runSync, terminateSync } from '../operation/run-sync.ts';
import { isCompleted, newState, readState, type OperationState } from '../operation/state.ts';
import type { SyncRun } from '../operation/sync-run.ts';
import { isSourcePermitted } from '../project/sources.ts';
import { conditionsText } from '../status.ts';
import { SyncOptions } from '../sync-options.ts';
import { findProject } from './application-project.ts';
import { conclude, nextAttempt, retryWait, type Operated } from './conclude.ts';
import { errorsOf } from './draft-status.ts';
import { claimedBy, noteDeleted } from './evaluate.ts';
import type { Guarded } from './guards.ts';
import { standingAt, syncedSources, withSources } from './operation-sources.ts';
import { refused, withHooksUnderWay } from './plan-records.ts';
import { compareContext, type Permit, type Run, type Standing } from './run.ts';
import { syncInput } from './sync-input.ts';
import { closedToOperation, closesAfter, type ClosedWindows } from './windows.ts';

/** The operation that is asked for or under way; undefined where there is none. */
export function operationOf(run: Run): OperationState | undefined {
  const { operation, status } = run.application;
  if (operation === undefined) return undefined;
  const before = status.operationState === undefined ? undefined : readState(status.operationState);
  return before !== undefined && !isCompleted(before) ? before : newState(operation, run.now);
}

/** Refuses an operation on an Application that cannot be synced at all. */
export function refuseOperation(
  run: Run,
  state: OperationState,
  { conditions, noProject }: Pick<Extract<Guarded, { kind: 'refused' }>, 'conditions' | 'noProject'>,
): Operated {
  const message =
    noProject === undefined ? conditionsText(conditions) : `Failed to load application project: ${noProject}`;
  return conclude(run, { ...state, phase: 'Error', message });
}

/**
 * Goes on with an operation as far as it goes without waiting. One that takes longer than settings let it
 * (`controller.sync.timeout.seconds`) is ended as if a person had asked for that.
 */
export async function operate(
  run: Run,
  permit: Permit,
  begun: OperationState,
  standing: Standing,
  shared: readonly string[],
  announce: (state: OperationState) => Promise<void>,
): Promise<Operated> {
  const left = timeLeft(run, begun);
  const isLate = left <= 0 && begun.phase !== 'Terminating';
  const late: OperationState = { ...begun, phase: 'Terminating', message: 'operation is terminating due to timeout' };
  const operated = await goOn({ run, permit, standing, shared, announce }, isLate ? late : begun);
  const { state, afterMs = Infinity } = operated;
  if (isLate && isCompleted(state) && state.phase !== 'Succeeded')
    return { state: { ...state, message: `${state.message}, triggered by controller sync timeout` } };
  return isCompleted(state) || left === Infinity ? operated : { state, afterMs: Math.min(afterMs, Math.max(left, 0)) };
}

/** How long an operation may still take; Infinity where it may take as long as it likes. */
function timeLeft(run: Run, { startedAt }: OperationState): number {
  const { syncTimeoutMs } = run.shared.settings();
  return syncTimeoutMs === 0 ? Infinity : Date.parse(startedAt) + syncTimeoutMs - run.shared.engine.clock.now();
}

/** One turn over an operation. */
interface Turn {
  readonly run: Run;
  readonly permit: Permit;
  readonly standing: Standing;
  /** Objects that other Applications have, too. */
  readonly shared: readonly string[];
  readonly announce: (state: OperationState) => Promise<void>;
}

async function goOn(turn: Turn, begun: OperationState): Promise<Operated> {
  const { run, permit } = turn;
  const wait = retryWait(run, begun);
  if (wait > 0) return { state: begun, afterMs: wait };
  const state = begun.phase === 'Running' && begun.finishedAt !== undefined ? nextAttempt(begun) : begun;
  const isTerminating = state.phase === 'Terminating';
  const unhonoured = notHonoured(run);
  if (unhonoured !== undefined)
    return conclude(run, { ...state, phase: 'Error', message: unhonoured }, { retry: false });
  const { sync } = state.operation;
  if (sync === undefined)
    return conclude(run, { ...state, phase: 'Error', message: 'Invalid operation request: no operation specified' });
  const closed = isTerminating ? undefined : closedToOperation(run, permit, state);
  if (closed !== undefined) return blocked(run, state, sync, closed);
  // An operation may name sources of its own: they are held to the project before anything is fetched.
  const foreign = syncedSources(run, state, sync).list.find(
    ({ repoURL }) => !isSourcePermitted(permit.project, repoURL),
  );
  if (foreign === undefined) return perform(turn, state, sync);
  const message = `${condition.invalidSpecError}: application repo ${foreign.repoURL} is not permitted in project '${permit.projectName}'`;
  return conclude(run, { ...state, phase: 'Error', message });
}

/** Plans a sync from what is there, and goes on with it. */
async function perform(turn: Turn, asked: OperationState, sync: SyncOperation): Promise<Operated> {
  const { run, permit } = turn;
  const isTerminating = asked.phase === 'Terminating';
  const at = await standingAt(run, permit, asked, sync, turn.standing);
  const state = withSources(run, asked, at.evaluation);
  const options = new SyncOptions(sync.syncOptions);
  const [conflict] = [...turn.shared].sort(compareUtf8);
  if (options.has('FailOnSharedResource=true') && conflict !== undefined)
    return conclude(run, { ...state, phase: 'Failed', message: `Shared resource found: ${conflict}` });
  const errors = errorsOf(at);
  if (errors.length > 0) return conclude(run, { ...state, phase: 'Error', message: conditionsText(errors) });
  if (permit.rights.kind === 'refused')
    return conclude(run, { ...state, phase: 'Error', message: permit.rights.message }, { retry: !isTerminating });
  const { cluster } = permit.rights;
  const plan = planSync(await syncInput(run, permit, { state, sync, standing: at, options }));
  if (plan.kind === 'refused') {
    const served = await cluster.client.discovery.resources({ signal: run.signal });
    return conclude(run, refused(state, plan, served));
  }
  const planned = withHooksUnderWay(state, plan);
  const syncRun = syncRunOf(turn, cluster, plan, { options, dryRun: sync.dryRun === true });
  const after = isTerminating ? await terminateSync(syncRun, planned) : await runSync(syncRun, planned);
  const metadata = namespaceMetadata(run.application.spec);
  const told = metadata === undefined ? after : { ...after, namespaceMetadata: metadata };
  return untilWindowsClose(turn, isTerminating, conclude(run, told, { retry: !isTerminating }));
}

/** What carries the plan out: the objects' cluster, and what is asked again before each write. */
function syncRunOf(
  { run, permit, announce }: Turn,
  cluster: Cluster,
  plan: SyncRun['plan'],
  { options, dryRun }: { readonly options: SyncOptions; readonly dryRun: boolean },
): SyncRun {
  return {
    plan,
    cluster,
    deniedNow: (task) => deniedNow(run, permit, task),
    clock: run.shared.engine.clock,
    compare: compareContext(run, permit),
    isClaimed: claimedBy(run),
    caller: run.owner,
    signal: run.signal,
    dryRun,
    migrateFrom: options.has('ClientSideApplyMigration=false')
      ? undefined
      : annotation(run.application.object, MIGRATION_MANAGER) || DEFAULT_MIGRATION_MANAGER,
    announce,
    onDeleted: (object) => noteDeleted(run, permit.at, object),
  };
}

/** What goes on while windows are open looks again when they close, to say so. */
function untilWindowsClose({ run, permit }: Turn, isTerminating: boolean, operated: Operated): Operated {
  if (isTerminating || isCompleted(operated.state)) return operated;
  const closes = closesAfter(run, permit, operated.state);
  return closes === Infinity ? operated : { ...operated, afterMs: Math.min(operated.afterMs ?? Infinity, closes) };
}

/** What of the operation is not honoured; undefined where all of it is. */
function notHonoured(run: Run): string | undefined {
  try {
    refuseUnhonouredOperation(run.application.object);
    return undefined;
  } catch (error) {
    if (!isCapstanError(error, 'NOT_HONOURED')) throw error;
    return error.message;
  }
}

/** Why a task may not be carried out by now: its project may have changed since it was planned. */
async function deniedNow(run: Run, { projectName, destination }: Permit, task: SyncTask): Promise<string | undefined> {
  const found = await findProject(run);
  if (found.kind !== 'found') return `Failed to load application project: ${found.message}`;
  return deniedBy(task, { project: found.project, projectName, destination });
}

/** An operation that waits for the project's windows: it stays as it is, at the revisions that it asks for. */
function blocked(run: Run, state: OperationState, sync: SyncOperation, { problem, afterMs }: ClosedWindows): Operated {
  const sources = syncedSources(run, state, sync);
  const asked = sources.multiple ? (sync.revisions ?? []) : [sync.revision ?? ''];
  const message = `Sync operation blocked by sync window${problem === undefined ? '' : `: ${problem}`}`;
  return {
    state: { ...withSources(run, state, { sources, revisions: state.revisions ?? asked }), phase: 'Running', message },
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}
