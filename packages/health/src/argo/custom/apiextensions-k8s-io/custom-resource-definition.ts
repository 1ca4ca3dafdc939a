import { firstMatch, matches, on, when, type Say } from '../conditions.ts';
import { count, get, list, text } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const ending: Say = (condition) => text`CRD is terminating: ${get(condition, 'message')}`;
const refused: Say = (condition) => text`CRD names have not been accepted: ${get(condition, 'message')}`;
const loose: Say = (condition) => text`Schema violations found: ${get(condition, 'message')}`;
const rules = [
  on('Terminating', 'True', 'Progressing', ending),
  on('NamesAccepted', 'False', 'Degraded', refused),
  on('NonStructuralSchema', 'True', 'Degraded', loose),
  when({ type: 'Established', status: { not: 'True' }, reason: 'Installing' }, 'Progressing', 'CRD is being installed'),
];

/** Health of a CustomResourceDefinition: Healthy once established, unless its names or its schema are faulty. */
export const customResourceDefinitionHealth: Check = (object) => {
  if (get(object, 'metadata', 'deletionTimestamp') !== undefined) return progressing('CRD is terminating');
  const told = get(object, 'status', 'conditions');
  if (told === undefined || count(told) === 0) return progressing('Status conditions not found');
  const found = firstMatch(object, list(told), rules);
  if (found !== undefined) return found;
  const isEstablished = list(told).some((one) => matches(one, { type: 'Established', status: 'True' }));
  return isEstablished ? healthy('CRD is healthy') : degraded('CRD is not established');
};
