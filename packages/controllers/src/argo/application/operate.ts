import { isCapstanError, messageOf } from '@capstan/errors';
import { compareUtf8, refKey, refOf, type GroupVersionKind, type KubernetesObject } from '@capstan/object';
import { annotation } from '../annotations.ts';
import type { SyncOperation } from '../application.ts';
import type { ManagedObject } from '../compare/comparison.ts';
import { respectIgnored } from '../compare/respect-ignored.ts';
import type { Target } from '../compare/targets.ts';
import { syncPhases } from '../hooks.ts';
import { refuseUnhonouredOperation } from '../honoured.ts';
import { condition, DEFAULT_MIGRATION_MANAGER, MIGRATION_MANAGER } from '../names.ts';
import { isNamespaceOf, namespaceMetadata, namespaceObject } from '../operation/managed-namespace.ts';
import { kubectlName, messageInFull } from '../operation/messages.ts';
import { deniedBy, namedHook, planSync, type SyncInput, type SyncPlan, type SyncTask } from '../operation/plan.ts';
import { runSync, terminateSync } from '../operation/run-sync.ts';
import {
  isCompleted,
  isRetried,
  newState,
  readState,
  recordedOf,
  retryDelay,
  statedSources,
  type OperationState,
  type ResourceResult,
} from '../operation/state.ts';
import type { SyncRun } from '../operation/sync-run.ts';
import { withResult } from '../operation/task-results.ts';
import { isSourcePermitted } from '../project/sources.ts';
import { sameSources, sourcesOf, targetRevisions, type SourceSet } from '../source/source-set.ts';
import { conditionsText } from '../status.ts';
import { isDeletionApproved, SyncOptions } from '../sync-options.ts';
import { findProject } from './application-project.ts';
import type { Guarded } from './guards.ts';
import { errorsOf } from './draft-status.ts';
import { claimedBy, evaluate, noteDeleted, standingOf } from './evaluate.ts';
import { closedToOperation, closesAfter, type ClosedWindows } from './windows.ts';
import { compareContext, isOfOperation, type Evaluation, type Permit, type Run, type Standing } from './run.ts';

/** Where an operation stands after a turn. */
export interface Operated {
  readonly state: OperationState;
  /** When a failed attempt is followed by another, or closed windows are asked again. */
  readonly afterMs?: number;
}

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
  const operated = await goOn(run, permit, isLate ? late : begun, standing, shared, announce);
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

async function goOn(
  run: Run,
  permit: Permit,
  begun: OperationState,
  standing: Standing,
  shared: readonly string[],
  announce: (state: OperationState) => Promise<void>,
): Promise<Operated> {
  const wait = retryWait(run, begun);
  if (wait > 0) return { state: begun, afterMs: wait };
  let state = begun.phase === 'Running' && begun.finishedAt !== undefined ? nextAttempt(begun) : begun;
  const isTerminating = state.phase === 'Terminating';
  try {
    refuseUnhonouredOperation(run.application.object);
  } catch (error) {
    if (!isCapstanError(error, 'NOT_HONOURED')) throw error;
    return conclude(run, { ...state, phase: 'Error', message: error.message }, { retry: false });
  }
  const { sync } = state.operation;
  if (sync === undefined)
    return conclude(run, { ...state, phase: 'Error', message: 'Invalid operation request: no operation specified' });
  const closed = isTerminating ? undefined : closedToOperation(run, permit, state);
  if (closed !== undefined) return blocked(run, state, sync, closed);
  // An operation may name sources of its own: they are held to the project before anything is fetched.
  const foreign = syncedSources(run, state, sync).list.find(
    ({ repoURL }) => !isSourcePermitted(permit.project, repoURL),
  );
  if (foreign !== undefined)
    return conclude(run, {
      ...state,
      phase: 'Error',
      message: `${condition.invalidSpecError}: application repo ${foreign.repoURL} is not permitted in project '${permit.projectName}'`,
    });
  const at = await standingAt(run, permit, state, sync, standing);
  const { evaluation, comparison } = at;
  state = withSources(run, state, evaluation);
  const revision = evaluation.sources.multiple ? '' : (evaluation.revisions[0] ?? '');
  const options = new SyncOptions(sync.syncOptions);
  const [conflict] = [...shared].sort(compareUtf8);
  if (options.has('FailOnSharedResource=true') && conflict !== undefined)
    return conclude(run, { ...state, phase: 'Failed', message: `Shared resource found: ${conflict}` });
  const errors = errorsOf(at);
  if (errors.length > 0) return conclude(run, { ...state, phase: 'Error', message: conditionsText(errors) });
  if (permit.rights.kind === 'refused')
    return conclude(run, { ...state, phase: 'Error', message: permit.rights.message }, { retry: !isTerminating });
  const { cluster } = permit.rights;
  const hooks = evaluation.targets?.hooks ?? [];
  const managed = options.has('RespectIgnoreDifferences=true')
    ? await respectIgnored(comparison.managed, compareContext(run, permit))
    : comparison.managed;
  const isSelective = (sync.resources ?? []).length > 0;
  const startedAt = Date.parse(state.startedAt);
  const input: SyncInput = {
    managed,
    hooks,
    hookLives: await hookLives(run, permit, hooks, { revision, startedAt }),
    namespaceTask: await namespaceTask(run, permit, options, managed),
    project: permit.project,
    projectName: permit.projectName,
    destination: permit.destination,
    options,
    prune: sync.prune === true,
    force: (sync.syncStrategy?.apply?.force ?? sync.syncStrategy?.hook?.force) === true,
    skipHooks: sync.syncStrategy?.apply !== undefined || isSelective,
    isSelected: isSelective ? (ref) => isNamed(sync, ref) : undefined,
    revision,
    deletionApproved: isDeletionApproved(run.application.object, startedAt),
    startedAt,
  };
  const plan = planSync(input);
  if (plan.kind === 'refused') {
    const served = await cluster.client.discovery.resources({ signal: run.signal });
    return conclude(run, refused(state, plan, served));
  }
  state = withHooksUnderWay(state, plan);
  const syncRun: SyncRun = {
    plan,
    cluster,
    deniedNow: (task) => deniedNow(run, permit, task),
    clock: run.shared.engine.clock,
    compare: compareContext(run, permit),
    isClaimed: claimedBy(run),
    caller: run.owner,
    signal: run.signal,
    dryRun: sync.dryRun === true,
    migrateFrom: options.has('ClientSideApplyMigration=false')
      ? undefined
      : annotation(run.application.object, MIGRATION_MANAGER) || DEFAULT_MIGRATION_MANAGER,
    announce,
    onDeleted: (object) => noteDeleted(run, permit.at, object),
  };
  const after = isTerminating ? await terminateSync(syncRun, state) : await runSync(syncRun, state);
  const metadata = namespaceMetadata(run.application.spec);
  const told = metadata === undefined ? after : { ...after, namespaceMetadata: metadata };
  const concluded = conclude(run, told, { retry: !isTerminating });
  if (isTerminating || isCompleted(concluded.state)) return concluded;
  const closes = closesAfter(run, permit, concluded.state);
  return closes === Infinity ? concluded : { ...concluded, afterMs: Math.min(concluded.afterMs ?? Infinity, closes) };
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

/** What Git wants at the operation's own revision, and how it stands: often what has been compared already. */
async function standingAt(
  run: Run,
  permit: Permit,
  state: OperationState,
  sync: SyncOperation,
  standing: Standing,
): Promise<Standing> {
  const sources = syncedSources(run, state, sync);
  const targets = targetRevisions(sources);
  const revisions = wantedRevisions(sources, state, sync);
  const { manifests = [] } = sync;
  const known = standing.evaluation;
  const isSame =
    manifests.length === 0 &&
    !isOfOperation(known) &&
    sameSources(sources, known.sources) &&
    revisions.every(
      (revision, at) =>
        revision === known.revisions[at] || (known.error === undefined && revision === (targets[at] ?? '')),
    );
  if (isSame) return standing;
  const evaluation = await evaluate(run, permit, { sources, revisions, maxAgeMs: 0, manifests });
  return standingOf(run, permit, evaluation);
}

/** The sources that an operation syncs: those on record, those that it asks for, else those of the spec. */
function syncedSources(run: Run, state: OperationState, sync: SyncOperation): SourceSet {
  for (const fields of [statedSources(state), sourcesOf(sync)]) if (fields.list.length > 0) return fields;
  return sourcesOf(run.application.spec);
}

/** The revisions that an operation syncs: those on record, those that it asks for, else the sources' own. */
function wantedRevisions(sources: SourceSet, state: OperationState, sync: SyncOperation): readonly string[] {
  const targets = targetRevisions(sources);
  const asked = sources.multiple ? (sync.revisions ?? []) : [sync.revision ?? ''];
  const wanted = (state.revisions ?? []).some((revision) => revision !== '') ? (state.revisions ?? []) : asked;
  // Fewer revisions than sources say nothing of any, as upstream.
  if (wanted.length !== targets.length) return targets;
  return targets.map((target, at) => {
    const revision = wanted[at] ?? '';
    return revision === '' ? target : revision;
  });
}

/** A state with what it syncs. An operation that names no sources prints the first of several as `source` too. */
function withSources(
  run: Run,
  state: OperationState,
  { sources, revisions }: Pick<Evaluation, 'sources' | 'revisions'>,
): OperationState {
  const { sync } = state.operation;
  const isNamed = sync?.source !== undefined || (sync?.sources ?? []).length > 0;
  const first = isNamed ? undefined : sourcesOf(run.application.spec).list[0];
  const source = sources.multiple ? first : sources.list[0];
  return {
    ...state,
    ...(source === undefined ? {} : { source }),
    ...(sources.multiple ? { sources: sources.list } : {}),
    revisions,
  };
}

/** A failed or ended state with its end, its retry and its words. */
function conclude(run: Run, state: OperationState, { retry = true }: { readonly retry?: boolean } = {}): Operated {
  if (!isCompleted(state)) return { state };
  const now = run.shared.engine.clock.now();
  const finishedAt = run.now;
  if (state.phase !== 'Succeeded' && retry && isRetried(state)) {
    try {
      const afterMs = retryDelay(state.operation, state.retryCount);
      const attempt = state.retryCount + 1;
      const message = `${state.message}. Retrying attempt #${attempt} at ${kitchenTime(now + afterMs)}.`;
      return { state: { ...state, phase: 'Running', finishedAt, retryCount: attempt, message }, afterMs };
    } catch (error) {
      const message = `${state.message} (failed to retry: ${messageOf(error)})`;
      return { state: { ...state, phase: 'Error', finishedAt, message } };
    }
  }
  const retried = state.phase !== 'Succeeded' && state.retryCount > 0;
  const message = retried ? `${state.message} (retried ${state.retryCount} times).` : state.message;
  return { state: { ...state, finishedAt, message } };
}

/** How long until the next attempt of an operation that has failed; 0 where there is nothing to wait for. */
function retryWait(run: Run, state: OperationState): number {
  if (state.phase !== 'Running' || state.finishedAt === undefined) return 0;
  const due = Date.parse(state.finishedAt) + retryDelay(state.operation, Math.max(0, state.retryCount - 1));
  return Math.max(0, due - run.shared.engine.clock.now());
}

function nextAttempt(state: OperationState): OperationState {
  const {
    finishedAt: _finishedAt,
    revisions: _revisions,
    source: _source,
    sources: _sources,
    namespaceMetadata: _metadata,
    ...rest
  } = state;
  const isRefreshed = state.operation.retry?.refresh === true;
  const { sync } = state.operation;
  const { revision: _one, revisions: _many, ...latest } = sync ?? {};
  return {
    ...rest,
    ...(isRefreshed && sync !== undefined ? { operation: { ...state.operation, sync: latest } } : {}),
    message: `Retrying operation${isRefreshed ? ' with latest revisions' : ''}. Attempt #${state.retryCount}`,
    resources: [],
  };
}

/** The live objects of hooks, by the names under which this operation creates them. */
async function hookLives(
  run: Run,
  permit: Permit,
  hooks: readonly Target[],
  operation: { readonly revision: string; readonly startedAt: number },
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const lives = new Map<string, KubernetesObject>();
  for (const hook of hooks) {
    if (hook.rules === undefined) continue;
    for (const phase of syncPhases(hook.object)) {
      const ref = refOf(namedHook(hook.object, phase, operation));
      const live = await permit.at.cluster.live.get(ref, run.signal);
      if (live !== undefined) lives.set(refKey(ref), live);
    }
  }
  return lives;
}

/** The destination's namespace, where it is to be made, or its metadata to be kept, and Git does not have it. */
async function namespaceTask(
  run: Run,
  permit: Permit,
  options: SyncOptions,
  managed: readonly ManagedObject[],
): Promise<SyncInput['namespaceTask']> {
  const { namespace } = permit.destination;
  if (!options.has('CreateNamespace=true') || namespace === '') return undefined;
  if (managed.some(({ target }) => target !== undefined && isNamespaceOf(target.ref, namespace))) return undefined;
  const metadata = namespaceMetadata(run.application.spec);
  const object = namespaceObject(namespace, metadata);
  const ref = refOf(object);
  const { cluster } = permit.at;
  const known = cluster.cache.watched(ref) ? await cluster.live.get(ref, run.signal) : undefined;
  const live = known ?? (await cluster.client.find(ref, { signal: run.signal, caller: run.owner }));
  if (live !== undefined && metadata === undefined) return undefined;
  const rules = await cluster.rules({ group: '', version: 'v1', kind: 'Namespace' });
  return { target: { ref, object, rules }, live, managed: metadata !== undefined };
}

function isNamed(
  sync: SyncOperation,
  ref: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string },
): boolean {
  return (sync.resources ?? []).some(
    (wanted) =>
      wanted.kind === ref.kind &&
      (wanted.group ?? '') === ref.group &&
      wanted.name === ref.name &&
      ((wanted.namespace ?? '') === '' || wanted.namespace === ref.namespace),
  );
}

/**
 * A state with hooks that this very operation has created, though there was no time to put that on record: they are not
 * run twice. A retried operation runs its hooks again.
 */
function withHooksUnderWay(state: OperationState, plan: Extract<SyncPlan, { kind: 'plan' }>): OperationState {
  if (state.retryCount > 0) return state;
  const { results } = recordedOf(state);
  let { resources } = state;
  for (const [id, task] of plan.tasks) {
    const created = task.live?.metadata['creationTimestamp'];
    if (task.task.hook === undefined || results.has(id) || typeof created !== 'string') continue;
    if (Date.parse(created) <= Date.parse(state.startedAt)) continue;
    const message = `${kubectlName(task.task.ref)} created`;
    resources = withResult(resources, task, { status: 'synced', phase: 'running', message });
  }
  return { ...state, resources };
}

/** A sync that is not begun because some of it cannot be: every problem stands at its object. */
function refused(
  state: OperationState,
  plan: Extract<SyncPlan, { kind: 'refused' }>,
  served: readonly GroupVersionKind[],
): OperationState {
  let { resources } = state;
  for (const { task, message } of plan.problems) {
    const marked = withResult(resources, task, {
      status: 'failed',
      phase: 'failed',
      message: messageInFull(task.result, message, served),
    });
    resources = marked.map((entry): ResourceResult => {
      if (refKey(entry) !== refKey(task.result) || entry.syncPhase !== task.phase) return entry;
      const { hookPhase: _hookPhase, ...rest } = entry;
      return rest;
    });
  }
  const messages = [...new Set(plan.problems.map(({ message }) => message))].sort();
  return {
    ...state,
    resources,
    phase: 'Failed',
    message: `one or more synchronization tasks are not valid: ${messages.join('; ')}`,
  };
}

/** A time of day as Go's `time.Kitchen` prints it, in UTC: `3:04PM`. */
export function kitchenTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const hours = date.getUTCHours();
  return `${hours % 12 === 0 ? 12 : hours % 12}:${String(date.getUTCMinutes()).padStart(2, '0')}${hours < 12 ? 'AM' : 'PM'}`;
}
