import {
  deleteObject,
  next,
  pruneVerdict,
  type ApplyTask,
  type Next,
  type Observation,
  type TaskResult,
} from '@capstan/apply';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { inParallel } from '../../runtime/in-parallel.ts';
import { learnAnswer } from '../compare/compare-object.ts';
import { ending, waitingMessage } from './ending.ts';
import { endHook, freeHook, freeHooks, removeHooks } from './hook-objects.ts';
import { dryRunMessage, failureMessage, serverWords, writeMessage } from './messages.ts';
import type { SyncTask } from './plan.ts';
import { recordedOf, type OperationState } from './state.ts';
import { contextOf, type SyncRun } from './sync-run.ts';
import { observationOf, record } from './task-results.ts';
import { writeTask } from './write-task.ts';

/** Requests of one kind of object that are under way at once. */
const WIDTH = 8;

/**
 * Goes on with a sync as far as it goes without waiting: batches are carried out and recorded until something has to be
 * waited for, which events wake, or the sync has ended.
 */
export async function runSync(run: SyncRun, begun: OperationState): Promise<OperationState> {
  const lives = new Map([...run.plan.tasks].map(([id, task]) => [id, task.live]));
  const observe = (task: ApplyTask): Observation => observationOf(run, task, lives.get(task.id));
  if (run.dryRun) return dryRun(run, begun, lives);
  let state = begun;
  let hasWritten = false;
  for (;;) {
    run.signal.throwIfAborted();
    const turn = next(run.plan.plan, recordedOf(state), observe);
    const isAllRun = turn.next.kind === 'done' && turn.next.outcome === 'succeeded' && turn.next.reason === 'all-run';
    // An operation that ends with its last write does not look at what became of it.
    if (!isAllRun) for (const { task, result } of turn.updates) state = record(run, state, task, result);
    if (turn.next.kind !== 'waiting') await freeHooks(run, state, lives);
    switch (turn.next.kind) {
      case 'waiting': {
        const found = await seekMissing(run, state, turn.next, lives);
        if (found === undefined)
          return { ...state, phase: 'Running', message: waitingMessage(turn.next.tasks, turn.next.for) };
        state = found;
        break;
      }
      case 'done':
        await removeHooks(run, turn.next.remove, lives);
        return { ...state, ...ending(run, state, turn.next, hasWritten) };
      case 'clear':
        await run.announce(state);
        await removeHooks(run, turn.next.tasks, lives);
        return { ...state, phase: 'Running', message: waitingMessage(turn.next.tasks, 'deletion') };
      case 'batch':
        await run.announce(state);
        state = await carryOut(run, state, turn.next.tasks, lives);
        hasWritten = true;
    }
  }
}

/** Tries all of a sync, hooks and those of a failure included, without a write: at once, for nothing is waited for. */
async function dryRun(
  run: SyncRun,
  begun: OperationState,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<OperationState> {
  // Kinds that the cluster does not have yet cannot be tried.
  const known = [...run.plan.tasks.values()].filter(({ target }) => target === undefined || target.rules !== undefined);
  const tasks = known.map(({ task }) => task);
  const state = await carryOut(run, begun, tasks, lives);
  const { results } = recordedOf(state);
  if ([...results.values()].some(({ status }) => status === 'failed'))
    return { ...state, phase: 'Failed', message: 'one or more objects failed to apply (dry run)' };
  return { ...state, phase: 'Succeeded', message: 'successfully synced (no more tasks)' };
}

/**
 * What is waited for and is not in the cache is asked for: one that somebody has deleted would be waited for for ever.
 * Returns the state with those that are missing, or undefined where the wait goes on.
 */
async function seekMissing(
  run: SyncRun,
  begun: OperationState,
  { for: reason, tasks }: Extract<Next, { kind: 'waiting' }>,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<OperationState | undefined> {
  if (reason !== 'health' && reason !== 'hooks') return undefined;
  let state = begun;
  let isNews = false;
  for (const task of tasks.filter(({ id }) => lives.get(id) === undefined)) {
    const live = await run.cluster.client.find(task.ref, { signal: run.signal, caller: run.caller });
    isNews = true;
    lives.set(task.id, live);
    if (live !== undefined) continue;
    const { group, kind, name } = task.ref;
    const message = `Resource ${group}/${kind}/${name} is missing, it might have been deleted`;
    state = record(run, state, task, { status: 'failed', phase: 'error', message });
  }
  return isNews ? state : undefined;
}

/**
 * Ends an operation at somebody's wish: hooks that run are let go and deleted; those that have ended meanwhile are told
 * as they ended.
 */
export async function terminateSync(run: SyncRun, begun: OperationState): Promise<OperationState> {
  let state = begun;
  let failed = false;
  const recorded = recordedOf(begun);
  for (const [id, planned] of run.plan.tasks) {
    const { task } = planned;
    const phase = recorded.results.get(id)?.phase;
    if (task.hook === undefined || phase === undefined) continue;
    try {
      if (phase !== 'running') {
        if (planned.live !== undefined) await freeHook(run, planned.live);
        continue;
      }
      state = record(run, state, task, await endHook(run, planned));
    } catch (error) {
      run.signal.throwIfAborted();
      failed = true;
      const message = `Failed to delete: ${serverWords(error)}`;
      state = record(run, state, task, { status: 'synced', phase: 'failed', message });
    }
  }
  return failed
    ? { ...state, phase: 'Error', message: 'Operation termination had errors' }
    : { ...state, phase: 'Failed', message: 'Operation terminated' };
}

async function carryOut(
  run: SyncRun,
  begun: OperationState,
  tasks: readonly ApplyTask[],
  lives: Map<string, KubernetesObject | undefined>,
): Promise<OperationState> {
  const prunes = tasks.filter((task) => task.action.kind === 'delete');
  const applies = tasks.filter((task) => task.action.kind === 'apply');
  let state = begun;
  for (const group of [prunes, ...byKind(applies)]) {
    const results = await inParallel(group, WIDTH, (task) => carryOutOne(run, task, lives));
    group.forEach((task, index) => {
      const result = results[index];
      if (result !== undefined) state = record(run, state, task, result);
    });
    // A failed prune stops the batch before anything is created.
    if (group === prunes && results.some((result) => result.status === 'failed')) break;
  }
  return state;
}

async function carryOutOne(
  run: SyncRun,
  task: ApplyTask,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<TaskResult> {
  const planned = run.plan.tasks.get(task.id);
  if (planned === undefined) return { status: 'failed', phase: 'error', message: 'the task is not planned' };
  try {
    const denied = await run.deniedNow(planned);
    if (denied !== undefined) return { status: 'failed', phase: 'failed', message: denied };
    return task.action.kind === 'delete' ? await prune(run, planned) : await apply(run, planned, lives);
  } catch (error) {
    if (run.signal.aborted) throw error;
    // An outage is nobody's mistake: the turn is tried again, and goes on from what is recorded.
    if (isCapstanError(error, 'KUBE_UNREACHABLE', 'KUBE_TIMEOUT', 'KUBE_TOO_MANY_REQUESTS')) throw error;
    return { status: 'failed', phase: 'failed', message: failureMessage(planned, error) };
  }
}

async function apply(
  run: SyncRun,
  planned: SyncTask,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<TaskResult> {
  const { task, target } = planned;
  const context = { ...contextOf(run), ...(run.dryRun ? { dryRun: true } : {}) };
  const written = await writeTask(planned, {
    cluster: run.cluster,
    clock: run.clock,
    context,
    migrateFrom: run.migrateFrom,
    isUnasked: run.dryRun && run.plan.plan.beforeDryRun.some(({ ref }) => ref.name === task.ref.namespace),
  });
  if (run.dryRun) return { status: 'synced', phase: 'succeeded', message: dryRunMessage(planned, written) };
  const resource = run.cluster.client.discovery.known(task.ref)?.resource ?? `${task.ref.kind.toLowerCase()}s`;
  const message = writeMessage(planned, written, resource);
  const { outcome } = written;
  if (outcome.action !== 'deleted' && outcome.action !== 'left-alone') {
    run.cluster.live.wrote(task.ref, outcome.object);
    lives.set(task.id, outcome.object);
    if (target !== undefined)
      await learnAnswer(target, outcome.object, planned.write?.strategy === 'server-side', run.compare);
  }
  return { status: 'synced', phase: 'running', message };
}

async function prune(run: SyncRun, planned: SyncTask): Promise<TaskResult> {
  const { task, live } = planned;
  const { action } = task;
  if (action.kind !== 'delete') return { status: 'failed', phase: 'error', message: 'the task is no prune' };
  if (action.skip !== undefined) return { status: 'prune-skipped', phase: 'succeeded', message: action.skip };
  const { cluster } = run;
  const verdict = pruneVerdict(task.ref, live, {
    completeRender: true,
    claimed: live !== undefined && run.isClaimed(live),
    groupFailed:
      cluster.client.discovery.groupFailed(task.ref.group) ||
      (cluster.cache.watched(task.ref) && !cluster.cache.synced(task.ref)),
    marksMatch: (object) => run.isClaimed(object),
    optOut: () => undefined,
  });
  switch (verdict.kind) {
    case 'refuse':
      return { status: 'failed', phase: 'failed', message: `not pruned: ${verdict.why}` };
    case 'skip':
      return { status: 'prune-skipped', phase: 'succeeded', message: `ignored (${verdict.why})` };
    case 'gone':
      return { status: 'pruned', phase: 'succeeded', message: run.dryRun ? 'pruned (dry run)' : 'pruned' };
    case 'delete':
      if (run.dryRun) return { status: 'pruned', phase: 'succeeded', message: 'pruned (dry run)' };
      await deleteObject(cluster.client, verdict.live, action.propagation, contextOf(run));
      cluster.live.removed(task.ref);
      run.onDeleted(verdict.live);
      return { status: 'pruned', phase: 'succeeded', message: 'pruned' };
  }
}

function byKind(tasks: readonly ApplyTask[]): readonly (readonly ApplyTask[])[] {
  const groups: ApplyTask[][] = [];
  for (const task of tasks) {
    const last = groups.at(-1);
    if (last?.[0]?.ref.kind === task.ref.kind) last.push(task);
    else groups.push([task]);
  }
  return groups;
}
