import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, matches, own, type Match, type Say } from './conditions.ts';
import { get, type Value } from './value.ts';
import { degraded, healthy, progressing, type Check, type Verdict } from './verdict.ts';

/** How conditions of the MariaDB operator are read. */
export interface MariadbRules {
  readonly say: Say;
  /** What a condition that is False is like where it tells of a failure. */
  readonly failure: Match;
}

/** The first condition that is False decides; where none is, the object is Healthy. The last one read is the message. */
export function mariadbConditions(object: KubernetesObject, { say, failure }: MariadbRules): Verdict {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing('No status info available');
  let message: Value;
  for (const condition of conditions) {
    message = typeof say === 'string' ? say : say(condition, object);
    if (get(condition, 'status') !== 'False') continue;
    return matches(condition, failure) ? degraded(message) : progressing(message);
  }
  return healthy(message);
}

/** Health of a MariaDB server. */
export const mariadbServer: Check = (object) => mariadbConditions(object, { say: own, failure: { reason: 'Failed' } });
