import type { Condition, Kustomization } from '@capstan/api';
import {
  conditionOf,
  dropConditions,
  markReconciling,
  markStalled,
  setCondition,
  type ConditionContext,
} from '../conditions.ts';
import { condition, reason } from '../names.ts';
import { recordHistory, type HistoryInput } from './history.ts';

type Status = NonNullable<Kustomization['status']>;

/** What becomes of a Kustomization's status as its steps go on. */
export interface Draft {
  readonly status: Status;
  readonly context: ConditionContext;
}

function change(
  draft: Draft,
  run: (conditions: readonly Condition[], context: ConditionContext) => readonly Condition[],
): Draft {
  return { ...draft, status: { ...draft.status, conditions: [...run(draft.status.conditions ?? [], draft.context)] } };
}

/** The intent: what is being done, for which revision. Ready is unknown meanwhile. */
export function progressing(draft: Draft, message: string): Draft {
  return change(draft, (conditions, context) => {
    const ready = setCondition(
      conditions,
      { type: condition.ready, status: 'Unknown', reason: reason.progressing, message: 'Reconciliation in progress' },
      context,
    );
    return markReconciling(ready, reason.progressing, message, context);
  });
}

/** Health checks are under way. */
export function checkingHealth(draft: Draft, message: string): Draft {
  return change(draft, (conditions, context) => {
    const marked = markReconciling(conditions, reason.progressing, message, context);
    return setCondition(
      marked,
      { type: condition.healthy, status: 'Unknown', reason: reason.progressing, message },
      context,
    );
  });
}

/** The outcome of health checks: passed, failed, or none asked for. */
export function health(
  draft: Draft,
  outcome: { readonly kind: 'passed' | 'failed'; readonly message: string } | { readonly kind: 'none' },
): Draft {
  return change(draft, (conditions, context) => {
    switch (outcome.kind) {
      case 'none':
        return dropConditions(conditions, condition.healthy);
      case 'passed':
        return setCondition(
          conditions,
          { type: condition.healthy, status: 'True', reason: reason.succeeded, message: outcome.message },
          context,
        );
      case 'failed':
        return setCondition(
          conditions,
          { type: condition.healthy, status: 'False', reason: reason.healthCheckFailed, message: outcome.message },
          context,
        );
    }
  });
}

/** The outcome: everything of the revision is applied. */
export function applied(draft: Draft, revision: string, generation: number): Draft {
  const done = change(draft, (conditions, context) => {
    const kept = dropConditions(conditions, condition.reconciling, condition.stalled);
    return setCondition(
      kept,
      {
        type: condition.ready,
        status: 'True',
        reason: reason.reconciliationSucceeded,
        message: `Applied revision: ${revision}`,
      },
      context,
    );
  });
  return {
    ...done,
    status: {
      ...done.status,
      observedGeneration: generation,
      lastAppliedRevision: revision,
      lastAttemptedRevision: revision,
    },
  };
}

/** The outcome: a step failed, and is tried again. */
export function failed(draft: Draft, failure: { readonly reason: string; readonly message: string }): Draft {
  return change(draft, (conditions, context) => {
    const ready = setCondition(conditions, { type: condition.ready, status: 'False', ...failure }, context);
    const current = conditionOf(ready, condition.reconciling);
    if (current === undefined) return ready;
    return setCondition(
      ready,
      { type: condition.reconciling, status: 'True', reason: reason.progressingWithRetry, message: current.message },
      context,
    );
  });
}

/** The outcome: nothing but a change of the resource helps. */
export function stalled(
  draft: Draft,
  failure: { readonly reason: string; readonly message: string },
  generation: number,
): Draft {
  const marked = change(draft, (conditions, context) => {
    const ready = setCondition(conditions, { type: condition.ready, status: 'False', ...failure }, context);
    return markStalled(ready, failure.reason, failure.message, context);
  });
  return { ...marked, status: { ...marked.status, observedGeneration: generation } };
}

/** Counts this reconcile in the history. */
export function recorded(draft: Draft, input: HistoryInput): Draft {
  const before = (draft.status.history ?? []).map((entry) => ({
    ...entry,
    totalReconciliations: Number(entry.totalReconciliations),
    metadata: entry.metadata ?? {},
  }));
  return {
    ...draft,
    status: {
      ...draft.status,
      history: recordHistory(before, input).map((entry) => ({
        ...entry,
        ...(entry.metadata === undefined ? {} : { metadata: { ...entry.metadata } }),
      })),
    },
  };
}
