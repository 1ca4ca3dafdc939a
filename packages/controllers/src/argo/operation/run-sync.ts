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
import type { Clock } from '@capstan/kube';
import { refKey, refOf, type KubernetesObject } from '@capstan/object';
import type { Cluster } from '../../runtime/cluster.ts';
import { finalizers } from '../annotations.ts';
import { learnAnswer, type CompareContext } from '../compare/compare-object.ts';
import { imagesOf } from '../images.ts';
import { APPLY_MANAGER, HOOK_FINALIZER } from '../names.ts';
import { failureMessage, serverWords, writeMessage } from './messages.ts';
import type { SyncPlan, SyncTask } from './plan.ts';
import { recordedOf, wordsOf, type OperationState, type ResourceResult } from './state.ts';
import { writeTask } from './write-task.ts';

/** What carrying out a sync needs. */
export interface SyncRun {
  readonly plan: Extract<SyncPlan, { kind: 'plan' }>;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly compare: CompareContext;
  /** Whether a live object says that it is this Application's. */
  readonly isClaimed: (live: KubernetesObject) => boolean;
  readonly caller: string;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Whose client-side fields a server-side apply takes over; nobody's where that is switched off. */
  readonly migrateFrom: string | undefined;
  /** Why a task may not be carried out by now; asked right before each write. */
  readonly deniedNow: (task: SyncTask) => Promise<string | undefined>;
  /** Puts the state on record before anything is written to the cluster. */
  readonly announce: (state: OperationState) => Promise<void>;
  /** Told of each object that has been deleted. */
  readonly onDeleted: (object: KubernetesObject) => void;
}

/** Requests of one kind of object that are under way at once. */
const WIDTH = 8;

/**
 * Goes on with a sync as far as it goes without waiting: batches are carried out and recorded until something has to be
 * waited for, which events wake, or the sync has ended.
 */
export async function runSync(run: SyncRun, begun: OperationState): Promise<OperationState> {
  const lives = new Map([...run.plan.tasks].map(([id, task]) => [id, task.live]));
  const observe = (task: ApplyTask): Observation => observationOf(run, task, lives.get(task.id));
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

/** Ends a hook that runs. Returns what has become of it. */
async function endHook(run: SyncRun, planned: SyncTask): Promise<TaskResult> {
  const { task } = planned;
  const live = planned.live ?? (await run.cluster.client.find(task.ref, { signal: run.signal, caller: run.caller }));
  if (live === undefined) return { status: 'synced', phase: 'succeeded', message: 'Terminated' };
  const freed = await freeHook(run, live);
  const seen = observationOf(run, task, live);
  const isRunning = seen.state === 'progressing' || seen.state === 'suspended';
  if (isRunning || task.hook?.deletePolicies.includes('HookFailed') === true) {
    await deleteObject(run.cluster.client, freed, propagationOf(planned), contextOf(run));
    run.cluster.live.removed(task.ref);
    run.onDeleted(freed);
  }
  if (isRunning || seen.state === 'absent') return { status: 'synced', phase: 'failed', message: 'Terminated' };
  const phase = seen.state === 'healthy' || seen.state === 'unjudged' ? 'succeeded' : 'failed';
  return { status: 'synced', phase, message: seen.message };
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
  const outcome = await writeTask(planned, {
    cluster: run.cluster,
    clock: run.clock,
    context,
    migrateFrom: run.migrateFrom,
  });
  const resource = run.cluster.client.discovery.known(task.ref)?.resource ?? `${task.ref.kind.toLowerCase()}s`;
  const message = writeMessage(planned, outcome, resource);
  if (run.dryRun) return { status: 'synced', phase: 'succeeded', message: `${message} (dry run)` };
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

/** Hooks that have completed may go: whoever deletes them need not wait for us. */
async function freeHooks(
  run: SyncRun,
  state: OperationState,
  lives: Map<string, KubernetesObject | undefined>,
): Promise<void> {
  const { results } = recordedOf(state);
  for (const [id, { task }] of run.plan.tasks) {
    const phase = results.get(id)?.phase;
    const live = lives.get(id);
    if (task.hook === undefined || live === undefined || phase === undefined || phase === 'running') continue;
    lives.set(id, await freeHook(run, live));
  }
}

async function removeHooks(
  run: SyncRun,
  tasks: readonly ApplyTask[],
  lives: Map<string, KubernetesObject | undefined>,
): Promise<void> {
  for (const task of tasks) {
    const live = lives.get(task.id);
    const planned = run.plan.tasks.get(task.id);
    if (live === undefined || planned === undefined) continue;
    const freed = await freeHook(run, live);
    await deleteObject(run.cluster.client, freed, propagationOf(planned), contextOf(run));
    run.cluster.live.removed(task.ref);
    run.onDeleted(freed);
  }
}

async function freeHook(run: SyncRun, live: KubernetesObject): Promise<KubernetesObject> {
  const list = finalizers(live);
  if (!list.includes(HOOK_FINALIZER)) return live;
  const kept = list.filter((entry) => entry !== HOOK_FINALIZER);
  const ref = refOf(live);
  try {
    const freed = await run.cluster.client.patch(
      ref,
      { kind: 'merge', patch: { metadata: { finalizers: kept.length === 0 ? null : kept } } },
      { fieldManager: APPLY_MANAGER, signal: run.signal, caller: run.caller },
    );
    run.cluster.live.wrote(ref, freed);
    return freed;
  } catch (error) {
    if (isCapstanError(error, 'KUBE_NOT_FOUND')) return live;
    throw error;
  }
}

function observationOf(run: SyncRun, task: ApplyTask, live: KubernetesObject | undefined): Observation {
  if (live === undefined) return { state: 'absent' };
  const deleting = typeof live.metadata['deletionTimestamp'] === 'string';
  const health = run.compare.judge(live);
  const message = health?.message ?? '';
  switch (health?.status) {
    case undefined:
      return { state: 'unjudged', message: task.hook === undefined ? '' : `${task.ref.name} created`, deleting };
    case 'Healthy':
      return { state: 'healthy', message, deleting };
    case 'Degraded':
      return { state: 'degraded', message, deleting };
    case 'Progressing':
      return { state: 'progressing', message, deleting };
    case 'Suspended':
      return { state: 'suspended', message, deleting };
    case 'Missing':
    case 'Unknown':
      return { state: 'unknown', message, deleting };
  }
}

function record(run: SyncRun, state: OperationState, task: ApplyTask, result: TaskResult): OperationState {
  const planned = run.plan.tasks.get(task.id);
  if (planned === undefined) return state;
  return { ...state, resources: withResult(state.resources, planned, result) };
}

/** The results with one set: in its place where it is there already, else at the end. */
export function withResult(
  resources: readonly ResourceResult[],
  planned: SyncTask,
  result: TaskResult,
): readonly ResourceResult[] {
  const { result: ref, phase, task } = planned;
  const object = planned.target?.object ?? planned.live;
  const images = object === undefined ? [] : imagesOf(object);
  const entry: ResourceResult = {
    group: ref.group,
    version: ref.version,
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    syncPhase: phase,
    ...(images.length === 0 ? {} : { images }),
    ...(task.hook === undefined ? {} : { hookType: task.hook.type }),
    ...wordsOf(result),
  };
  const at = resources.findIndex((other) => refKey(other) === refKey(ref) && other.syncPhase === phase);
  return at < 0 ? [...resources, entry] : resources.with(at, entry);
}

function waitingMessage(tasks: readonly ApplyTask[], reason: Extract<Next, { kind: 'waiting' }>['for']): string {
  const hooks = tasks.filter((task) => task.hook !== undefined);
  const [first] = hooks.length > 0 ? hooks : tasks;
  if (first === undefined) return '';
  const what =
    reason === 'deletion'
      ? `deletion of${hooks.length > 0 ? ' hook' : ''}`
      : reason === 'approval'
        ? 'pruning confirmation of'
        : hooks.length > 0
          ? 'completion of hook'
          : 'healthy state of';
  const more = tasks.length - 1;
  const rest = more > 0 ? ` and ${more} more ${hooks.length === tasks.length ? 'hooks' : 'resources'}` : '';
  return `waiting for ${what} ${first.ref.group}/${first.ref.kind}/${first.ref.name}${rest}`;
}

function ending(
  run: SyncRun,
  state: OperationState,
  done: Extract<Next, { kind: 'done' }>,
  hasWritten: boolean,
): Pick<OperationState, 'phase' | 'message'> {
  if (done.outcome === 'succeeded')
    return {
      phase: 'Succeeded',
      message: `successfully synced (${done.reason === 'all-run' ? 'all tasks run' : 'no more tasks'})`,
    };
  const { results } = recordedOf(state);
  const reasons = (tasks: readonly ApplyTask[]): string => {
    const messages = [...new Set(tasks.map((task) => results.get(task.id)?.message ?? ''))];
    return messages.length === 0 ? '' : `, reason: ${messages.join(',')}`;
  };
  const [failed] = done.failed;
  const step = run.plan.plan.steps.find(({ tasks }) => failed !== undefined && tasks.includes(failed));
  const isAlone =
    hasWritten &&
    step !== undefined &&
    run.plan.plan.onFailure.length === 0 &&
    step.tasks.every((task) => results.get(task.id)?.status !== 'synced');
  if (done.reason === 'namespace-failed')
    return { phase: 'Failed', message: `the namespace failed to apply${reasons(done.failed)}` };
  const words = isAlone
    ? 'one or more objects failed to apply'
    : 'one or more synchronization tasks completed unsuccessfully';
  const hooks = done.failedHooks.filter((task) => results.get(task.id)?.status === 'failed');
  const tail = hooks.length === 0 ? '' : `\none or more SyncFail hooks failed${reasons(hooks)}`;
  return { phase: 'Failed', message: `${words}${reasons(done.failed)}${tail}` };
}

function propagationOf(task: SyncTask): 'Foreground' | 'Background' | 'Orphan' {
  return task.task.action.kind === 'delete' ? task.task.action.propagation : 'Foreground';
}

function contextOf(run: SyncRun) {
  return { manager: APPLY_MANAGER, signal: run.signal, caller: run.caller };
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

/** Maps in order with at most `width` under way; the first failure is thrown when those under way have ended. */
async function inParallel<In, Out>(
  items: readonly In[],
  width: number,
  each: (item: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = new Array<Out>(items.length);
  const failures: unknown[] = [];
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < items.length && failures.length === 0) {
      const index = at++;
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = await each(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
