import type { Condition } from '@capstan/api';

/** A condition to be set; time and generation come with the setting. */
export interface ConditionInput {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** When, and of which generation. `now` is RFC 3339 with whole seconds. */
export interface ConditionContext {
  readonly now: string;
  readonly generation: number;
}

const MAX_MESSAGE = 32768;

/**
 * Sets a condition. The transition time moves only when status, reason or message change; the observed generation
 * always follows. Stalled, Reconciling and Ready come first, the rest by generation and name (fluxcd/pkg/runtime).
 */
export function setCondition(
  conditions: readonly Condition[],
  input: ConditionInput,
  context: ConditionContext,
): readonly Condition[] {
  const message = trimmed(input.message);
  const before = conditions.find((entry) => entry.type === input.type);
  const same =
    before !== undefined &&
    before.status === input.status &&
    before.reason === input.reason &&
    before.message === message;
  const entry: Condition = {
    type: input.type,
    status: input.status,
    reason: input.reason,
    message,
    observedGeneration: context.generation,
    lastTransitionTime: same ? before.lastTransitionTime : context.now,
  };
  return [...conditions.filter((other) => other.type !== input.type), entry].sort(inOrder);
}

/** Drops conditions by type. */
export function dropConditions(conditions: readonly Condition[], ...types: readonly string[]): readonly Condition[] {
  return conditions.filter((entry) => !types.includes(entry.type));
}

/** Marks a resource as being worked on, which ends being stalled. */
export function markReconciling(
  conditions: readonly Condition[],
  reason: string,
  message: string,
  context: ConditionContext,
): readonly Condition[] {
  return setCondition(
    dropConditions(conditions, 'Stalled'),
    { type: 'Reconciling', status: 'True', reason, message },
    context,
  );
}

/** Marks a resource as beyond what retries can mend, which ends being worked on. */
export function markStalled(
  conditions: readonly Condition[],
  reason: string,
  message: string,
  context: ConditionContext,
): readonly Condition[] {
  return setCondition(
    dropConditions(conditions, 'Reconciling'),
    { type: 'Stalled', status: 'True', reason, message },
    context,
  );
}

/** A condition by its type. */
export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((entry) => entry.type === type);
}

/** Whether a condition is there and true. */
export function isTrue(conditions: readonly Condition[], type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

function trimmed(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 3)}...`;
}

const weights: Readonly<Record<string, number>> = { Stalled: 0, Reconciling: 1, Ready: 2 };

function inOrder(left: Condition, right: Condition): number {
  const first = Object.hasOwn(weights, left.type) ? weights[left.type] : undefined;
  const second = Object.hasOwn(weights, right.type) ? weights[right.type] : undefined;
  if (first !== undefined && second !== undefined) return first - second;
  if (first !== undefined) return -1;
  if (second !== undefined) return 1;
  const generations = Number(right.observedGeneration ?? 0) - Number(left.observedGeneration ?? 0);
  if (generations !== 0) return generations;
  return left.type < right.type ? -1 : left.type > right.type ? 1 : 0;
}
