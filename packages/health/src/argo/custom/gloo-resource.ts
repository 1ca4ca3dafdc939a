import type { KubernetesObject } from '@capstan/object';
import { entries, get, peek, type Value } from './value.ts';
import { degraded, healthy, progressing, suspended, type Check, type Verdict } from './verdict.ts';

/** The states of a resource by their numbers in Gloo's API, which older versions write. */
const NAMES = ['Pending', 'Accepted', 'Rejected', 'Warning'];

function byState(status: Value): Verdict | undefined {
  const told = get(status, 'state');
  switch (typeof told === 'number' ? NAMES[told] : told) {
    case 'Accepted':
      return healthy('The resource has been validated');
    case 'Pending':
      return suspended('The resource has not yet been validated');
    case 'Warning':
    case 'Rejected':
      return degraded(get(status, 'reason'));
    default:
      return undefined;
  }
}

function byReporter(object: KubernetesObject): Verdict | undefined {
  const statuses = peek(object, 'status', 'statuses');
  if (statuses === undefined) return undefined;
  for (const [, status] of entries(statuses)) {
    const verdict = byState(status);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Health of an object of Gloo Edge: its state, as its reporters tell it one by one, or in one. */
export const glooResource: Check = (object) => {
  const told = byReporter(object);
  if (told !== undefined) return told;
  const isTold = peek(object, 'status', 'state') !== undefined;
  return (isTold ? byState(get(object, 'status')) : undefined) ?? progressing('Update in progress');
};
