import { refKey, type GroupVersionKind } from '@capstan/object';
import { kubectlName, messageInFull } from '../operation/messages.ts';
import type { SyncPlan } from '../operation/plan.ts';
import { recordedOf, type OperationState, type ResourceResult } from '../operation/state.ts';
import { withResult } from '../operation/task-results.ts';

/**
 * A state with hooks that this very operation has created, though there was no time to put that on record: they are not
 * run twice. A retried operation runs its hooks again.
 */
export function withHooksUnderWay(state: OperationState, plan: Extract<SyncPlan, { kind: 'plan' }>): OperationState {
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
export function refused(
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
