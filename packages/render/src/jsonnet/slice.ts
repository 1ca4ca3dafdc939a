import { runtimeProblem, type Place } from './problem.ts';
import { codePoints } from './text.ts';
import { ArrayValue, typeOf, type Value } from './values.ts';

/** `target[from:to:step]`: what is null is left out; what is negative counts from the end. */
export function slice(
  target: Value,
  range: { readonly from: Value; readonly to: Value; readonly step: Value },
  place?: Place,
): Value {
  const letters = typeof target === 'string' ? codePoints(target) : undefined;
  if (letters === undefined && !(target instanceof ArrayValue))
    throw runtimeProblem(`std.slice accepts a string or an array, but got: ${typeOf(target)}`, place);
  const length = letters?.length ?? (target instanceof ArrayValue ? target.items.length : 0);
  const whole = (value: Value, otherwise: number): number => {
    if (value === null) return otherwise;
    if (typeof value !== 'number') throw runtimeProblem(`Unexpected type ${typeOf(value)}, expected number`, place);
    return Math.trunc(value);
  };
  const step = whole(range.step, 1);
  if (step < 0) throw runtimeProblem(`got a step of ${step} but negative steps are not supported`, place);
  if (step === 0) throw runtimeProblem('got a step of 0 but step must be greater than 0', place);
  const from = whole(range.from, 0);
  const to = whole(range.to, length);
  const start = from < 0 ? Math.max(0, length + from) : from;
  const end = Math.min(length, to < 0 ? length + to : to);
  const places: number[] = [];
  for (let at = start; at < end; at += step) places.push(at);
  if (letters !== undefined) return places.map((at) => letters[at] ?? '').join('');
  const items = target instanceof ArrayValue ? target.items : [];
  return new ArrayValue(places.flatMap((at) => items[at] ?? []));
}
