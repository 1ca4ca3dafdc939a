import type { Condition, GitRepository } from '@capstan/api';
import {
  setCondition,
  dropConditions,
  markReconciling,
  markStalled,
  conditionOf,
  type ConditionContext,
} from '../conditions.ts';
import { condition, reason } from '../names.ts';

type Status = NonNullable<GitRepository['status']>;

/** What becomes of a GitRepository's status as its steps go on. */
export interface Draft {
  readonly status: Status;
  readonly context: ConditionContext;
}

/** A step's failure, in Flux's words. `waiting` retries when what is missing appears. */
export interface StepFailure {
  readonly reason: string;
  readonly message: string;
  readonly stalled: boolean;
  /** The condition that names the failure; Ready mirrors it. */
  readonly type:
    | typeof condition.fetchFailed
    | typeof condition.storageOperationFailed
    | typeof condition.includeUnavailable
    | typeof condition.sourceVerified;
  /** It is waited for, which is no warning. */
  readonly isWait?: boolean;
}

/** Nothing was verified anew: what stands there still holds. */
export const AS_BEFORE = Symbol('as before');

/** A draft whose conditions have gone through `change`. */
export function withConditions(
  draft: Draft,
  change: (conditions: readonly Condition[], context: ConditionContext) => readonly Condition[],
): Draft {
  return {
    ...draft,
    status: { ...draft.status, conditions: [...change(draft.status.conditions ?? [], draft.context)] },
  };
}

/** The intent, written before the work: Reconciling and, unless an artifact is served meanwhile, Ready=Unknown. */
export function progressing(draft: Draft, message: string, options: { readonly ready: boolean }): Draft {
  return withConditions(draft, (conditions, context) => {
    const marked = markReconciling(conditions, reason.progressing, message, context);
    const known = conditionOf(marked, condition.ready) !== undefined;
    if (!options.ready && known) return marked;
    return setCondition(
      marked,
      { type: condition.ready, status: 'Unknown', reason: reason.progressing, message },
      context,
    );
  });
}

/** The outcome: the artifact of `revision` is stored; `verified` says by whom it is signed, where that is asked for. */
export function succeeded(
  draft: Draft,
  artifact: NonNullable<Status['artifact']>,
  generation: number,
  verified: string | typeof AS_BEFORE | undefined,
): Draft {
  const message = `stored artifact for revision '${artifact.revision}'`;
  const marked = withConditions(draft, (conditions, context) => {
    const kept = dropConditions(
      conditions,
      condition.reconciling,
      condition.stalled,
      condition.fetchFailed,
      condition.storageOperationFailed,
      condition.artifactOutdated,
      condition.includeUnavailable,
      ...(verified === undefined ? [condition.sourceVerified] : []),
    );
    const signed =
      verified === undefined || verified === AS_BEFORE
        ? kept
        : setCondition(
            kept,
            { type: condition.sourceVerified, status: 'True', reason: reason.succeeded, message: verified },
            context,
          );
    const stored = setCondition(
      signed,
      { type: condition.artifactInStorage, status: 'True', reason: reason.succeeded, message },
      context,
    );
    return setCondition(stored, { type: condition.ready, status: 'True', reason: reason.succeeded, message }, context);
  });
  return { ...marked, status: { ...marked.status, artifact, observedGeneration: generation } };
}

const overcome: Readonly<Record<StepFailure['type'], readonly string[]>> = {
  [condition.fetchFailed]: [],
  [condition.includeUnavailable]: [],
  [condition.sourceVerified]: [condition.fetchFailed, condition.includeUnavailable],
  [condition.storageOperationFailed]: [condition.fetchFailed, condition.includeUnavailable],
};

/** The outcome: a step failed. What was stored before stays. */
export function failed(draft: Draft, failure: StepFailure): Draft {
  const observed = failure.stalled ? { observedGeneration: draft.context.generation } : {};
  const marked = { ...draft, status: { ...draft.status, ...observed } };
  return withConditions(marked, (conditions, context) => {
    // What had to go well before this is no longer a failure.
    const kept = dropConditions(conditions, ...overcome[failure.type]);
    const status = failure.type === condition.sourceVerified ? 'False' : 'True';
    const named = setCondition(
      kept,
      { type: failure.type, status, reason: failure.reason, message: failure.message },
      context,
    );
    const ready = setCondition(
      named,
      { type: condition.ready, status: 'False', reason: failure.reason, message: failure.message },
      context,
    );
    if (failure.stalled) return markStalled(ready, failure.reason, failure.message, context);
    const current = conditionOf(ready, condition.reconciling);
    if (current === undefined) return ready;
    return setCondition(
      ready,
      { type: condition.reconciling, status: 'True', reason: reason.progressingWithRetry, message: current.message },
      context,
    );
  });
}

/** A suspended source that is ready stands for its newest generation, though nothing of it was looked at. */
export function settledByReady(draft: Draft): Draft {
  const ready = conditionOf(draft.status.conditions ?? [], condition.ready);
  if (ready?.status !== 'True') return draft;
  const { type, status, reason: why, message } = ready;
  const seen = withConditions(draft, (conditions, context) =>
    setCondition(conditions, { type, status, reason: why, message }, context),
  );
  return { ...seen, status: { ...seen.status, observedGeneration: draft.context.generation } };
}
