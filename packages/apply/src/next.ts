import type { ApplyPlan, PlanStep, Recorded } from './plan.ts';
import type { ApplyTask, Observation, TaskResult } from './task.ts';

/** A correction of a recorded result that follows from what was observed, to be recorded before anything is done. */
export interface ResultUpdate {
  readonly task: ApplyTask;
  readonly result: TaskResult;
}

/** What to do now. */
export type Next =
  | {
      readonly kind: 'batch';
      readonly mode: 'dry-run' | 'write';
      readonly step: string;
      readonly tasks: readonly ApplyTask[];
    }
  /** Objects of earlier runs of these hooks must go before the hooks can be created. */
  | { readonly kind: 'clear'; readonly tasks: readonly ApplyTask[] }
  | { readonly kind: 'waiting'; readonly for: WaitReason; readonly tasks: readonly ApplyTask[] }
  | {
      readonly kind: 'done';
      readonly outcome: 'succeeded' | 'failed';
      readonly reason: DoneReason;
      /** Failed tasks whose messages belong into the operation's message. */
      readonly failed: readonly ApplyTask[];
      /** Failed hooks among those that ran because of the failure. */
      readonly failedHooks: readonly ApplyTask[];
      /** Completed hooks that their delete policy removes now. */
      readonly remove: readonly ApplyTask[];
    };

/** Why an operation waits. Nothing is held meanwhile: events on the tasks' objects wake it. */
export type WaitReason = 'health' | 'hooks' | 'deletion' | 'approval';

/** Why an operation ended. */
export type DoneReason =
  'all-run' | 'nothing-left' | 'dry-run-failed' | 'namespace-failed' | 'task-failed' | 'completed-unsuccessfully';

/** The next turn of an operation, with the results that observation has changed. */
export interface Turn {
  readonly updates: readonly ResultUpdate[];
  readonly next: Next;
}

/**
 * Decides what an operation does next. Pure: the same plan, records and observations give the same answer, so a restart
 * goes on where it was. The caller records `updates`, carries out a batch, records its results, and asks again.
 *
 * The rules are those of Argo CD's sync (phases, waves, hooks); a plan without hooks and with `each-step` dry-runs is
 * Flux's staged apply.
 */
export function next(plan: ApplyPlan, recorded: Recorded, observe: (task: ApplyTask) => Observation): Turn {
  const results = new Map(recorded.results);
  const updates: ResultUpdate[] = [];
  const all = plan.steps.flatMap((step) => step.tasks);
  for (const task of [...all, ...plan.onFailure]) {
    const update = settle(task, results.get(task.id), observe(task));
    if (update === undefined) continue;
    results.set(task.id, update);
    updates.push({ task, result: update });
  }
  const state: State = { plan, results, observe, dryRunPassed: recorded.dryRunPassed };
  return { updates, next: decide(state) };
}

interface State {
  readonly plan: ApplyPlan;
  readonly results: ReadonlyMap<string, TaskResult>;
  readonly observe: (task: ApplyTask) => Observation;
  readonly dryRunPassed: boolean;
}

function decide(state: State): Next {
  const { plan } = state;
  const beginning = before(state);
  if (beginning !== undefined) return beginning;
  const tasks = plan.steps.flatMap((step) => step.tasks);
  const running = plan.steps.flatMap((step) => step.tasks.filter((task) => isAwaited(state, step, task)));
  if (running.length > 0)
    return {
      kind: 'waiting',
      for: running.some((task) => task.hook !== undefined) ? 'hooks' : 'health',
      tasks: running,
    };
  const leaving = tasks.filter((task) => isLeaving(state, task));
  if (leaving.length > 0) return { kind: 'waiting', for: 'deletion', tasks: leaving };
  if (tasks.some((task) => hasFailed(state, task))) return fail(state, tasks);
  const step = plan.steps.find((candidate) => candidate.tasks.some((task) => !state.results.has(task.id)));
  if (step === undefined) return succeed(state, tasks);
  return run(state, step);
}

/** The operation's own namespace, then the dry-run of everything. */
function before(state: State): Next | undefined {
  const { plan, results } = state;
  const missing = plan.beforeDryRun.filter((task) => !results.has(task.id));
  if (missing.length > 0) return { kind: 'batch', mode: 'write', step: 'namespace', tasks: missing };
  const failed = plan.beforeDryRun.filter((task) => results.get(task.id)?.status === 'failed');
  if (failed.length > 0) return done('failed', 'namespace-failed', { failed });
  if (plan.dryRun !== 'whole-plan' || state.dryRunPassed) return undefined;
  const tasks = plan.steps.flatMap((step) => step.tasks).filter((task) => !results.has(task.id));
  const refused = plan.steps.flatMap((step) => step.tasks).filter((task) => results.get(task.id)?.status === 'failed');
  if (refused.length > 0) return done('failed', 'dry-run-failed', { failed: refused });
  return { kind: 'batch', mode: 'dry-run', step: 'dry-run', tasks };
}

function run(state: State, step: PlanStep): Next {
  const pending = step.tasks.filter((task) => !state.results.has(task.id));
  const unapproved = pending.filter(
    (task) => task.action.kind === 'delete' && task.action.needsApproval && !state.plan.deletionApproved,
  );
  if (unapproved.length > 0) return { kind: 'waiting', for: 'approval', tasks: unapproved };
  const leftovers = pending.filter((task) => mustClear(state, task));
  if (leftovers.length > 0) {
    const present = leftovers.filter((task) => !isDeleting(state.observe(task)));
    return present.length > 0
      ? { kind: 'clear', tasks: present }
      : { kind: 'waiting', for: 'deletion', tasks: leftovers };
  }
  return { kind: 'batch', mode: 'write', step: `${step.phase}/${step.wave}`, tasks: pending };
}

function fail(state: State, tasks: readonly ApplyTask[]): Next {
  const { plan, results } = state;
  const refused = tasks.filter((task) => results.get(task.id)?.status === 'failed');
  const pending = plan.onFailure.filter((task) => !results.has(task.id));
  if (pending.length > 0) {
    const leftovers = pending.filter((task) => mustClear(state, task));
    if (leftovers.length > 0) return { kind: 'clear', tasks: leftovers };
    return { kind: 'batch', mode: 'write', step: 'failure', tasks: pending };
  }
  const running = plan.onFailure.filter((task) => isRunning(state, task));
  if (running.length > 0) return { kind: 'waiting', for: 'hooks', tasks: running };
  return done('failed', refused.length > 0 ? 'task-failed' : 'completed-unsuccessfully', {
    failed: refused,
    failedHooks: plan.onFailure.filter((task) => hasFailed(state, task)),
    remove: removable(state, [...tasks, ...plan.onFailure], 'HookFailed'),
  });
}

function succeed(state: State, tasks: readonly ApplyTask[]): Next {
  const reason = state.plan.steps.at(-1)?.gate === 'written' ? 'all-run' : 'nothing-left';
  return done('succeeded', reason, { remove: removable(state, tasks, 'HookSucceeded') });
}

function done(
  outcome: 'succeeded' | 'failed',
  reason: DoneReason,
  rest: { failed?: readonly ApplyTask[]; failedHooks?: readonly ApplyTask[]; remove?: readonly ApplyTask[] },
): Next {
  return {
    kind: 'done',
    outcome,
    reason,
    failed: rest.failed ?? [],
    failedHooks: rest.failedHooks ?? [],
    remove: rest.remove ?? [],
  };
}

/** A running task's result as its object's state changes it; undefined while nothing new is known. */
function settle(task: ApplyTask, result: TaskResult | undefined, seen: Observation): TaskResult | undefined {
  if (result === undefined || result.phase !== 'running' || task.action.kind === 'delete') return undefined;
  const moved = (phase: TaskResult['phase'], message: string): TaskResult => ({
    ...result,
    phase,
    message: message === '' ? result.message : message,
  });
  switch (seen.state) {
    case 'absent':
      return undefined;
    case 'healthy':
      return moved('succeeded', seen.message);
    case 'degraded':
      return moved('failed', seen.message);
    case 'unjudged':
      return moved('succeeded', task.hook === undefined ? '' : seen.message);
    case 'unknown':
      return task.hook === undefined ? undefined : moved('failed', seen.message);
    case 'progressing':
    case 'suspended':
      return seen.message !== '' && task.hook !== undefined && seen.message !== result.message
        ? moved('running', seen.message)
        : undefined;
  }
}

function isAwaited(state: State, step: PlanStep, task: ApplyTask): boolean {
  if (!isRunning(state, task)) return false;
  switch (step.gate) {
    case 'written':
      return false;
    case 'hooks':
      return task.hook !== undefined;
    case 'settled':
      return true;
  }
}

function isRunning(state: State, task: ApplyTask): boolean {
  return state.results.get(task.id)?.phase === 'running';
}

function hasFailed(state: State, task: ApplyTask): boolean {
  const phase = state.results.get(task.id)?.phase;
  return phase === 'failed' || phase === 'error';
}

function isLeaving(state: State, task: ApplyTask): boolean {
  return state.results.get(task.id)?.status === 'pruned' && isDeleting(state.observe(task));
}

function isDeleting(seen: Observation): boolean {
  return seen.state !== 'absent' && seen.deleting;
}

function mustClear(state: State, task: ApplyTask): boolean {
  if (task.hook?.deletePolicies.includes('BeforeHookCreation') !== true) return false;
  return state.observe(task).state !== 'absent';
}

function removable(
  state: State,
  tasks: readonly ApplyTask[],
  policy: 'HookSucceeded' | 'HookFailed',
): readonly ApplyTask[] {
  return tasks.filter(
    (task) =>
      task.hook?.deletePolicies.includes(policy) === true &&
      !isRunning(state, task) &&
      state.observe(task).state !== 'absent',
  );
}
