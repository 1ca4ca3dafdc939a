import { matches, type Match } from '../conditions.ts';
import { lagsBehind } from '../generation.ts';
import { get, isTrue, list, or, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const failures: readonly Match[] = [
  { type: 'Succeeded', status: 'False' },
  { type: 'Failed', status: 'True' },
];

/** Health of what the SAP BTP service operator keeps: Healthy unless a condition is of old, or of a failure. */
export const sapService: Check = (object) => {
  if (isTrue(get(object, 'metadata', 'deletionTimestamp'))) return progressing('Resource is being deleted');
  const conditions = peek(object, 'status', 'conditions');
  if (typeof conditions !== 'object') return progressing('Waiting for status');
  for (const condition of list(conditions)) {
    if (lagsBehind(object, get(condition, 'observedGeneration'))) {
      return progressing('Waiting for spec update to be observed');
    }
    if (failures.some((failure) => matches(condition, failure))) {
      return degraded(or(get(condition, 'message'), ''));
    }
  }
  return healthy('Ready to use');
};
