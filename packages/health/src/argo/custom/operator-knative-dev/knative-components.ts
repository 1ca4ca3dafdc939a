import { conditionsOf, matches } from '../conditions.ts';
import { fields, text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** The types of conditions that a kind of the Knative operator counts. */
export interface KnativeTypes {
  /** Types of which every one must be True. */
  readonly needed: readonly string[];
  /** Types that, while False, tell that the operator is at work. */
  readonly working: readonly string[];
}

/** A kind of the Knative operator: all its parts installed; the message lists every condition. */
export function knativeComponents(types: KnativeTypes): Check {
  return (object) => {
    const conditions = conditionsOf(object);
    if (conditions === undefined) return progressing(`Waiting for ${object.kind}`);
    let message = '';
    let good = 0;
    let pending = 0;
    conditions.forEach((condition, index) => {
      const { type, status } = fields(condition, 'type', 'status');
      message += text`${index + 1}: ${type} | ${status}\n`;
      if (matches(condition, { type: types.needed, status: 'True' })) good += 1;
      else if (status === 'Unknown' || matches(condition, { type: types.working, status: 'False' })) pending += 1;
    });
    if (pending > 0) return progressing(message);
    return good === types.needed.length ? healthy(`${object.kind} is healthy.`) : degraded(message);
  };
}
