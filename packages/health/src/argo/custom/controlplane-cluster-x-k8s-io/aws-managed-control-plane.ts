import type { KubernetesObject } from '@capstan/object';
import { conditionsOf, firstMatch, matches, on } from '../conditions.ts';
import { onceObserved } from '../generation.ts';
import { get, text, type Value } from '../value.ts';
import { degraded, healthy, progressing, withStatus, type Check, type Verdict } from '../verdict.ts';

const provisioning = progressing('Provisioning...');
const updating = on('EKSControlPlaneUpdating', 'True', 'Progressing', 'EKS control plane is updating');

function byConditions(object: KubernetesObject, conditions: readonly Value[]): Verdict {
  let errors = '';
  for (const condition of conditions) {
    if (matches(condition, { type: 'Ready', status: 'True' })) return healthy('Control plane is ready');
    if (get(condition, 'status') === 'False' && get(condition, 'severity') === 'Error') {
      errors += text`${get(condition, 'message')} `;
    }
  }
  if (errors !== '') return degraded(errors);
  const isToldUnready = get(object, 'status', 'ready') === false;
  return progressing(`Control plane is not ready${isToldUnready ? ' (.status.ready is false)' : ''}`);
}

/** Health of an AWSManagedControlPlane: ready, updating, or the errors of its conditions. */
export const awsManagedControlPlaneHealth: Check = withStatus(
  provisioning,
  onceObserved(progressing('Waiting for the control plane spec to be reconciled'), (object) => {
    const failure = get(object, 'status', 'failureMessage');
    if (failure !== undefined && failure !== '') return degraded(failure);
    const conditions = conditionsOf(object);
    if (conditions === undefined) return provisioning;
    return firstMatch(object, conditions, [updating]) ?? byConditions(object, conditions);
  }),
);
