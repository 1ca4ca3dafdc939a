import { conditionsOf, firstMatch, on } from '../conditions.ts';
import { get, isLess, text, type Value } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

const rules = [
  on('Ready', 'True', 'Healthy', ''),
  on('HasErrors', 'True', 'Degraded', (condition) => text`Has Errors: ${get(condition, 'message')}`),
];

/** Oldest change first; conditions that do not tell theirs come last. */
function byTransition(left: Value, right: Value): number {
  const [before, after] = [get(left, 'lastTransitionTime'), get(right, 'lastTransitionTime')];
  if (before === undefined || after === undefined) return Number(before === undefined) - Number(after === undefined);
  return Number(isLess(after, before)) - Number(isLess(before, after));
}

/** Health of a Keycloak: the oldest of its conditions that tells. */
export const keycloakHealth: Check = (object) => {
  const conditions = conditionsOf(object);
  if (conditions === undefined) return progressing('Waiting for Keycloak status conditions to exist');
  return firstMatch(object, [...conditions].sort(byTransition), rules) ?? progressing();
};
