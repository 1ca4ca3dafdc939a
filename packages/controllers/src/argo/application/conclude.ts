import { messageOf } from '@capstan/errors';
import { isCompleted, isRetried, retryDelay, type OperationState } from '../operation/state.ts';
import type { Run } from './run.ts';

/** Where an operation stands after a turn. */
export interface Operated {
  readonly state: OperationState;
  /** When a failed attempt is followed by another, or closed windows are asked again. */
  readonly afterMs?: number;
}

/** A failed or ended state with its end, its retry and its words. */
export function conclude(
  run: Run,
  state: OperationState,
  { retry = true }: { readonly retry?: boolean } = {},
): Operated {
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
export function retryWait(run: Run, state: OperationState): number {
  if (state.phase !== 'Running' || state.finishedAt === undefined) return 0;
  const due = Date.parse(state.finishedAt) + retryDelay(state.operation, Math.max(0, state.retryCount - 1));
  return Math.max(0, due - run.shared.engine.clock.now());
}

export function nextAttempt(state: OperationState): OperationState {
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

/** A time of day as Go's `time.Kitchen` prints it, in UTC: `3:04PM`. */
function kitchenTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const hours = date.getUTCHours();
  return `${hours % 12 === 0 ? 12 : hours % 12}:${String(date.getUTCMinutes()).padStart(2, '0')}${hours < 12 ? 'AM' : 'PM'}`;
}
