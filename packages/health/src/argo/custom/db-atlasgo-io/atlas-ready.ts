import { conditionsOf } from '../conditions.ts';
import { get, type Value } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

/** Health of what the Atlas Operator keeps: `Ready`. While `underWay` is true of it, it is Progressing. */
export function atlasReady(underWay: (condition: Value) => boolean): Check {
  return (object) => {
    const found = conditionsOf(object)?.find((condition) => get(condition, 'type') === 'Ready');
    if (found === undefined) return progressing('Waiting for Atlas Operator');
    const why = get(found, 'reason');
    if (get(found, 'status') === 'True') return healthy(why);
    return underWay(found) ? progressing(why) : degraded(why);
  };
}
