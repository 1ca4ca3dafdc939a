import type { KubernetesObject } from '@capstan/object';
import type { HealthCode } from '../../health-status.ts';
import { get, peek, type Value } from './value.ts';
import { judged, type Check, type Verdict } from './verdict.ts';

/** What a value comes to: a verdict, or one that is made of the value and its object. */
export type Outcome = Verdict | ((value: Value, object: KubernetesObject) => Verdict);

/** How a table finds its value: at a path whose parts may be absent, or by a function. */
export type Source = readonly string[] | ((object: KubernetesObject) => Value);

function told(outcome: Outcome, value: Value, object: KubernetesObject): Verdict {
  return typeof outcome === 'function' ? outcome(value, object) : outcome;
}

/** A text of the object (its phase, its state) decides. `other` is for texts that the table does not have. */
export function valueTable(
  source: Source,
  table: Readonly<Record<string, Outcome>>,
  absent: Outcome,
  other: Outcome = absent,
): Check {
  const outcomes = new Map(Object.entries(table));
  return (object) => {
    const value = typeof source === 'function' ? source(object) : peek(object, ...source);
    if (value === undefined) return told(absent, value, object);
    return told((typeof value === 'string' ? outcomes.get(value) : undefined) ?? other, value, object);
  };
}

/** The value itself as the message. */
export function echo(code: HealthCode): Outcome {
  return (value) => judged(code, value);
}

/** `status.message`, which may be absent, as the message. */
export function statusMessage(code: HealthCode): Outcome {
  return (_value, object) => judged(code, get(object, 'status', 'message'));
}

/** `status.message`, or `fallback` where it is absent, as the message. */
export function statusMessageOr(code: HealthCode, fallback: string): Outcome {
  return (_value, object) => judged(code, get(object, 'status', 'message') ?? fallback);
}
