import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, matches } from '../conditions.ts';
import { get, isTrue, peek } from '../value.ts';
import { healthy, judged, progressing, suspended, type Check, type Verdict } from '../verdict.ts';

function byConditions(object: KubernetesObject): Verdict {
  let verdict: Verdict = progressing('No status available');
  for (const condition of conditionsOf(object) ?? []) {
    if (matches(condition, { type: 'Paused', status: 'True' })) return suspended('Paused');
    if (get(condition, 'type') !== 'Ready') continue;
    if (get(condition, 'status') === 'True') verdict = healthy('Running');
    else if (isTrue(get(object, 'status', 'created'))) verdict = judged(verdict.status, 'Starting');
    else verdict = suspended('Stopped');
  }
  return verdict;
}

/** Health of a VirtualMachine of KubeVirt: one that is stopped is Suspended. */
export const virtualMachineHealth: Check = (object) => {
  const verdict = byConditions(object);
  const shown = peek(object, 'status', 'printableStatus');
  if (shown === undefined || verdict.message === 'Paused') return verdict;
  return judged(verdict.status, shown);
};
