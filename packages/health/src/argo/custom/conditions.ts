import type { KubernetesObject } from '@capstan/object';
import type { HealthCode } from '../../health-status.ts';
import { get, list, or, peek, type Value } from './value.ts';
import { judged, type Check, type Verdict } from './verdict.ts';

/** What a field must be: a text, one of several, or none of those in `not`. */
export type Wanted = string | readonly string[] | { readonly not: string };

/** What a rule wants of a condition; fields that are absent here may be anything. */
export interface Match {
  readonly type?: Wanted;
  readonly status?: Wanted;
  readonly reason?: Wanted;
  readonly message?: Wanted;
}

/** A message: fixed, or made of the condition that the rule matched. */
export type Say = string | ((condition: Value, object: KubernetesObject) => Value);

/** Which conditions a rule is for, and what it makes of the first. */
export interface Rule {
  readonly match: Match;
  readonly code: HealthCode;
  readonly say: Say;
}

/** The condition's own message. */
export const own: Say = (condition) => get(condition, 'message');

/** The condition's reason. */
export const itsReason: Say = (condition) => get(condition, 'reason');

/** The condition's own message, or its reason where it has none. */
export const ownOrReason: Say = (condition) => or(get(condition, 'message'), get(condition, 'reason'));

/** The condition's own message, or `fallback` where it has none. */
export function ownOr(fallback: string): Say {
  return (condition) => or(get(condition, 'message'), fallback);
}

/** A rule for conditions of a type and status. */
export function on(type: Wanted, status: Wanted, code: HealthCode, say: Say = own): Rule {
  return { match: { type, status }, code, say };
}

/** A rule for conditions that match. */
export function when(match: Match, code: HealthCode, say: Say = own): Rule {
  return { match, code, say };
}

function isWanted(value: Value, wanted: Wanted): boolean {
  if (typeof wanted === 'string') return value === wanted;
  if ('not' in wanted) return value !== wanted.not;
  return typeof value === 'string' && wanted.includes(value);
}

/** Whether a condition is as wanted. Throws where it has no fields. */
export function matches(condition: Value, match: Match): boolean {
  const { type, status, reason: because, message } = match;
  return (
    (type === undefined || isWanted(get(condition, 'type'), type)) &&
    (status === undefined || isWanted(get(condition, 'status'), status)) &&
    (because === undefined || isWanted(get(condition, 'reason'), because)) &&
    (message === undefined || isWanted(get(condition, 'message'), message))
  );
}

/** `status.conditions`; undefined where there are none. Throws where they are no list. */
export function conditionsOf(object: KubernetesObject): readonly Value[] | undefined {
  const conditions = peek(object, 'status', 'conditions');
  return conditions === undefined ? undefined : list(conditions);
}

/** What the first rule for a condition, of the first condition that has one, says; undefined where none has. */
export function firstMatch(
  object: KubernetesObject,
  conditions: readonly Value[],
  rules: readonly Rule[],
): Verdict | undefined {
  for (const condition of conditions) {
    const rule = rules.find(({ match }) => matches(condition, match));
    if (rule === undefined) continue;
    return judged(rule.code, typeof rule.say === 'string' ? rule.say : rule.say(condition, object));
  }
  return undefined;
}

/** Goes through the conditions once for each pass, until a rule of the pass is for one of them. */
export function conditionsInTurn(passes: readonly (readonly Rule[])[], otherwise: Verdict | Check): Check {
  return (object) => {
    const conditions = conditionsOf(object) ?? [];
    for (const rules of passes) {
      const found = firstMatch(object, conditions, rules);
      if (found !== undefined) return found;
    }
    return typeof otherwise === 'function' ? otherwise(object) : otherwise;
  };
}

/** The first of the conditions that a rule is for decides. */
export function firstCondition(rules: readonly Rule[], otherwise: Verdict | Check): Check {
  return conditionsInTurn([rules], otherwise);
}

/** The condition `Ready` decides, with its own message; until it is True or False, Progressing with `waiting`. */
export function ready(waiting: string): Check {
  return firstCondition(
    [on('Ready', 'False', 'Degraded'), on('Ready', 'True', 'Healthy')],
    judged('Progressing', waiting),
  );
}

/** The last condition of a type; undefined where there is none. */
export function lastOfType(conditions: readonly Value[], type: string): Value {
  return conditions.findLast((condition) => get(condition, 'type') === type);
}
