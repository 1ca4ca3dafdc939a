import { conditionsOf, firstMatch, on } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { get } from '../value.ts';
import { progressing, type Check } from '../verdict.ts';

const rules = [on('Valid', 'True', 'Healthy'), on('Valid', 'False', 'Degraded')];

/** Health of a Contour ExtensionService: whether this generation of it is valid. */
export const extensionServiceHealth: Check = (object) => {
  const current = (conditionsOf(object) ?? []).filter(
    (condition) => get(condition, 'observedGeneration') === generationOf(object),
  );
  return firstMatch(object, current, rules) ?? progressing('Waiting for status');
};
