import type { Condition, Kustomization } from '@capstan/api';
import {
  conditionOf,
  dropConditions,
  isTrue,
  markReconciling,
  markStalled,
  setCondition,
  type ConditionContext,
} from '../conditions.ts';
import { condition, reason } from '../names.ts';
import type { VersionedRef } from '@capstan/object';
import { recordHistory, type HistoryInput } from './history.ts';
import { entryOf, refsOf, staleOf } from './inventory.ts';
import { phaseMessage } from './outcome.ts';

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

/** What is being done, and that Ready is not known meanwhile. */
export function attempting(draft: Draft, message: string): Draft {
  return change(draft, (conditions, context) => {
    const ready = setCondition(
      conditions,
      { type: condition.ready, status: 'Unknown', reason: reason.progressing, message: 'Reconciliation in progress' },
      context,
    );
    return markReconciling(ready, reason.progressing, message, context);
  });
}

/** The intent: objects of a revision are about to be written. */
export function detecting(draft: Draft, revision: string, timeout: string): Draft {
  const marked = attempting(draft, phaseMessage('detecting', revision, timeout) ?? '');
  return { ...marked, status: { ...marked.status, lastAttemptedRevision: revision } };
}

/** Health checks are under way. */
export function checkingHealth(draft: Draft, revision: string, timeout: string): Draft {
  const message = phaseMessage('checking', revision, timeout) ?? '';
  const marked = change(attempting(draft, message), (conditions, context) =>
    setCondition(
      conditions,
      { type: condition.healthy, status: 'Unknown', reason: reason.progressing, message },
      context,
    ),
  );
  return { ...marked, status: { ...marked.status, lastAttemptedRevision: revision } };
}

/** Whether the last health check passed. */
export function isHealthy(draft: Draft): boolean {
  return isTrue(draft.status.conditions ?? [], condition.healthy);
}

/** A draft with another inventory. */
export function withInventory(draft: Draft, refs: readonly VersionedRef[]): Draft {
  return { ...draft, status: { ...draft.status, inventory: { entries: refs.map((ref) => ({ ...entryOf(ref) })) } } };
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

/** That objects are claimed by others, too; no message where none is. */
export function shared(draft: Draft, message: string | undefined): Draft {
  const type = condition.sharedResource;
  return change(draft, (conditions, context) =>
    message === undefined
      ? dropConditions(conditions, type)
      : setCondition(conditions, { type, status: 'True', reason: reason.sharedResource, message }, context),
  );
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

/** What upstream stalls for without saying that it has looked at the generation. */
const unobserved: ReadonlySet<string> = new Set([reason.accessDenied, reason.featureGateDisabled]);

/** The outcome: nothing but a change of the resource helps. */
export function stalled(draft: Draft, failure: { readonly reason: string; readonly message: string }): Draft {
  const marked = change(draft, (conditions, context) => {
    const ready = setCondition(conditions, { type: condition.ready, status: 'False', ...failure }, context);
    return markStalled(ready, failure.reason, failure.message, context);
  });
  if (unobserved.has(failure.reason)) return marked;
  return { ...marked, status: { ...marked.status, observedGeneration: draft.context.generation } };
}

/** Whether status says already that this generation is stalled, for this reason. */
export function isStalledBy(draft: Draft, failure: { readonly reason: string; readonly message: string }): boolean {
  const { status, context } = draft;
  const known = conditionOf(status.conditions ?? [], condition.stalled);
  return (
    known?.status === 'True' &&
    known.reason === failure.reason &&
    known.message === failure.message &&
    Number(known.observedGeneration ?? -1) === context.generation
  );
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

/** Whether status says that this very revision and generation are applied, with this very inventory. */
export function isSettled(draft: Draft, revision: string, planned: readonly { readonly ref: VersionedRef }[]): boolean {
  const { status, context } = draft;
  if (!isTrue(status.conditions ?? [], condition.ready) || status.lastAppliedRevision !== revision) return false;
  if (Number(status.observedGeneration ?? -1) !== context.generation) return false;
  const after = planned.map(({ ref }) => ref);
  const inventory = refsOf(status.inventory?.entries ?? []);
  return staleOf(inventory, after).length === 0 && staleOf(after, inventory).length === 0;
}

/** A suspended Kustomization that is ready stands for its newest generation, though nothing of it was looked at. */
export function settledByReady(draft: Draft): Draft {
  if (!isTrue(draft.status.conditions ?? [], condition.ready)) return draft;
  return { ...draft, status: { ...draft.status, observedGeneration: draft.context.generation } };
}
