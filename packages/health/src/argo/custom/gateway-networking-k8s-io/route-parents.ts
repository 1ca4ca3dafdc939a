import type { KubernetesObject } from '@capstan/object';
import { generationOf } from '../generation.ts';
import { get, list, or, peek, text, type Value } from '../value.ts';
import { healthy, judged, progressing, type Check } from '../verdict.ts';
import { programmedConditions } from './programmed-conditions.ts';

const troubleOf = programmedConditions('Route');

type IsSeen = (object: KubernetesObject, conditions: readonly Value[]) => boolean;

/** Whether every condition that tells a generation tells the object's, and there is one at all. */
export const everyConditionObserved: IsSeen = (object, conditions) => {
  const generation = generationOf(object);
  if (generation === undefined) return true;
  const seen = conditions.map((condition) => get(condition, 'observedGeneration'));
  return conditions.length > 0 && seen.every((one) => one === undefined || one === generation);
};

/** A route of the Gateway API: no parent refuses it, and one has spoken. Parents that are not `isSeen` do not count. */
export function routeParents(isSeen: IsSeen): Check {
  return (object) => {
    const waiting = progressing(`Waiting for ${object.kind} status`);
    const parents = peek(object, 'status', 'parents');
    if (parents === undefined) return waiting;
    let hasSpoken = false;
    for (const parent of list(parents)) {
      const told = get(parent, 'conditions');
      if (told === undefined) continue;
      const conditions = list(told);
      if (!isSeen(object, conditions)) continue;
      const trouble = troubleOf(object, conditions);
      if (trouble !== undefined) {
        const name = or(get(parent, 'parentRef', 'name'), '');
        return judged(trouble.status, text`Parent ${name}: ${trouble.message}`);
      }
      if (conditions.length > 0) hasSpoken = true;
    }
    return hasSpoken ? healthy(`${object.kind} is healthy`) : waiting;
  };
}
