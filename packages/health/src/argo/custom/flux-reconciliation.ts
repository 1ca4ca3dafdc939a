import { conditionsOf } from './conditions.ts';
import { get, text, type Value } from './value.ts';
import { healthy, judged, progressing, suspended, type Check } from './verdict.ts';

/** How a kind of Flux tells how far its reconciliation is. */
export interface Reconciliation {
  /** The status of `Ready` that counts as being on the way. */
  readonly underWay: 'Unknown' | 'False';
  /** Types that count towards success while they are True, beside `Ready`. */
  readonly successes?: readonly string[];
  /** How many successes make the object Healthy. */
  readonly needed: 1 | 2;
  /** The reasons of `Reconciling` that count; none given: every reason. */
  readonly reasons?: readonly string[];
  /** What `Ready` and `Reconciling` together, both on the way, come to. */
  readonly twice?: 'Progressing' | 'Degraded';
  /** The type whose reason is added to the message while it is True. */
  readonly adds?: string;
}

interface Count {
  underWay: number;
  successes: number;
  message: Value;
}

function add(count: Count, condition: Value, rules: Reconciliation): void {
  const type = get(condition, 'type');
  const isTrue = get(condition, 'status') === 'True';
  const reason = get(condition, 'reason');
  if (type === 'Ready') {
    if (isTrue) count.successes += 1;
    else if (get(condition, 'status') === rules.underWay) count.underWay += 1;
    count.message = reason;
  } else if (!isTrue || typeof type !== 'string') {
    return;
  } else if (type === 'Reconciling') {
    const counts = rules.reasons === undefined || (typeof reason === 'string' && rules.reasons.includes(reason));
    if (counts) count.underWay += 1;
  } else if (type === rules.adds) {
    count.message = text`${count.message} ${reason}`;
  } else if (rules.successes?.includes(type) === true) {
    count.successes += 1;
  }
}

/** The health of a Flux object: what its conditions count up to. The message is the reason of `Ready`. */
export function fluxReconciliation(rules: Reconciliation): Check {
  return (object) => {
    const conditions = conditionsOf(object);
    if (conditions === undefined) return progressing('Status unknown');
    const count: Count = { underWay: 0, successes: 0, message: '' };
    for (const condition of conditions) add(count, condition, rules);
    if (count.underWay === 2) return judged(rules.twice ?? 'Progressing', count.message);
    return count.successes === rules.needed ? healthy(count.message) : judged('Degraded', count.message);
  };
}

/** Suspended while `spec.suspend` is true; else `check`. */
export function unlessSuspended(check: Check): Check {
  return (object) =>
    get(object, 'spec', 'suspend') === true ? suspended(text`${object.kind} is suspended`) : check(object);
}

/** A source of Flux: ready, with its artifact in storage. */
export const fluxSource: Check = unlessSuspended(
  fluxReconciliation({
    underWay: 'Unknown',
    successes: ['ArtifactInStorage'],
    needed: 2,
    adds: 'ArtifactOutdated',
  }),
);
