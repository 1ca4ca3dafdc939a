import { conditionsOf, matches } from '../conditions.ts';
import { get, text, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from '../verdict.ts';

const isTrueFor = (condition: Value, because: string) => matches(condition, { reason: because, status: 'True' });

/** Health of an SqlJob: complete or failed; until then, the last condition's words. */
export const sqlJobHealth: Check = (object) => {
  let waiting: Verdict = progressing('No status info available');
  for (const condition of conditionsOf(object) ?? []) {
    const message = text`${get(condition, 'reason')} ${get(condition, 'message')}`;
    if (isTrueFor(condition, 'JobComplete')) return healthy(message);
    if (isTrueFor(condition, 'JobFailed')) return degraded(message);
    waiting = progressing(message);
  }
  return waiting;
};
