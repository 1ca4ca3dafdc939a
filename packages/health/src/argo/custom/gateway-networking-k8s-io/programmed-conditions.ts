import type { KubernetesObject } from '@capstan/object';
import { firstMatch, on, ownOr, type Rule } from '../conditions.ts';
import type { Value } from '../value.ts';
import type { Verdict } from '../verdict.ts';

const failure = (type: string): Rule => on(type, 'False', 'Degraded', ownOr(`Failed condition: ${type}`));

/** The conditions of a listener, a parent or a Gateway: resolved, accepted and programmed; undefined where all is well. */
export function programmedConditions(name: string) {
  const unprogrammed = on('Programmed', { not: 'True' }, 'Progressing', ownOr(`${name} is still being programmed`));
  const passes = [[failure('ResolvedRefs')], [failure('Accepted')], [unprogrammed]];
  return (object: KubernetesObject, conditions: readonly Value[]): Verdict | undefined => {
    for (const rules of passes) {
      const found = firstMatch(object, conditions, rules);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
