import type { KubernetesObject } from '@capstan/object';
import { matches } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { fields, get, isTrue, list, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from '../verdict.ts';

const waiting = progressing('Waiting for status');

function byConditions(object: KubernetesObject, conditions: readonly Value[]): Verdict {
  let verdict: Verdict = waiting;
  const description = get(object, 'status', 'description');
  for (const condition of conditions) {
    if (get(condition, 'observedGeneration') !== generationOf(object)) continue;
    if (matches(condition, { type: 'Valid', status: 'True' })) return healthy(description);
    const isFalse = get(condition, 'status') === 'False';
    if (get(object, 'spec', 'includes') !== undefined && isFalse) {
      verdict = healthy('HTTPProxy inclusions cannot be health checked');
    } else if (isFalse && get(condition, 'type') === 'Valid') {
      return degraded(description);
    }
  }
  return verdict;
}

/** Health of a Contour HTTPProxy: whether this generation of it is valid, as far as that can be told. */
export const httpProxyHealth: Check = (object) => {
  const status = get(object, 'status');
  if (!isTrue(status)) return waiting;
  const { conditions, currentStatus, description } = fields(status, 'conditions', 'currentStatus', 'description');
  if (isTrue(conditions)) return byConditions(object, list(conditions));
  return isTrue(currentStatus) ? progressing(description) : waiting;
};
