import type { KubernetesObject } from '@capstan/object';
import { mappingsAt, textAt } from './fields.ts';

/** One entry of `status.conditions`, of either dialect. Argo CD's have neither status nor reason. */
export interface ConditionView {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since: string;
}

/** The conditions of a resource, in the order in which they stand. */
export function conditionsOf(object: KubernetesObject): readonly ConditionView[] {
  return mappingsAt(object, 'status', 'conditions').map((entry) => ({
    type: textAt(entry, 'type'),
    status: textAt(entry, 'status'),
    reason: textAt(entry, 'reason'),
    message: textAt(entry, 'message'),
    since: textAt(entry, 'lastTransitionTime'),
  }));
}

/** The condition of a type; undefined where there is none. */
export function conditionOf(object: KubernetesObject, type: string): ConditionView | undefined {
  return conditionsOf(object).find((entry) => entry.type === type);
}
