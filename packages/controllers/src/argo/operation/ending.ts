import type { ApplyTask, Next } from '@capstan/apply';
import { recordedOf, type OperationState } from './state.ts';
import type { SyncRun } from './sync-run.ts';

/** What a sync waits for, as its operation says it. */
export function waitingMessage(tasks: readonly ApplyTask[], reason: Extract<Next, { kind: 'waiting' }>['for']): string {
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

/** How a sync has ended, as its operation says it. */
export function ending(
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
