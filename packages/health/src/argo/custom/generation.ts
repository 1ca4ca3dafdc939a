import type { KubernetesObject } from '@capstan/object';
import { get, isTrue, peek, type Value } from './value.ts';
import type { Check, Verdict } from './verdict.ts';

/** `metadata.generation`. */
export function generationOf(object: KubernetesObject): Value {
  return get(object, 'metadata', 'generation');
}

/** Whether what was seen is of another generation than the object; not where one of the two is not told. */
export function lagsBehind(object: KubernetesObject, seen: Value): boolean {
  const generation = generationOf(object);
  return isTrue(seen) && isTrue(generation) && seen !== generation;
}

/** Whether `status.observedGeneration` is the object's generation, or is not told. */
export function isObserved(object: KubernetesObject): boolean {
  const seen = peek(object, 'status', 'observedGeneration');
  return seen === undefined || seen === generationOf(object);
}

/** `check` where the status is of this generation, or does not tell; `stale` where it is of another. */
export function onceObserved(stale: Verdict, check: Check): Check {
  return (object) => (lagsBehind(object, peek(object, 'status', 'observedGeneration')) ? stale : check(object));
}
