import { conditionsOf, matches } from '../conditions.ts';
import { get, text } from '../value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from '../verdict.ts';

/** Health of a PodDisruptionBudget: Degraded by a condition that is False for more than a lack of pods. */
export const podDisruptionBudgetHealth: Check = (object) => {
  let verdict: Verdict = progressing('Waiting for status');
  for (const condition of conditionsOf(object) ?? []) {
    const message = text`PodDisruptionBudget has ${get(condition, 'reason')}`;
    if (matches(condition, { status: 'False', reason: { not: 'InsufficientPods' } })) return degraded(message);
    verdict = healthy(message);
  }
  return verdict;
};
