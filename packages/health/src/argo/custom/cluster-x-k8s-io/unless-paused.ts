import { get, isTrue } from '../value.ts';
import type { Check, Verdict } from '../verdict.ts';

/** `check`, unless `spec.paused` is set. */
export function unlessPaused(paused: Verdict, check: Check): Check {
  return (object) => (isTrue(get(object, 'spec', 'paused')) ? paused : check(object));
}
