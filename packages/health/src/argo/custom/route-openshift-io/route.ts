import { entries, get, peek } from '../value.ts';
import { degraded, healthy, progressing, type Check } from '../verdict.ts';

const waiting = progressing('Route is still getting admitted');

/** Health of an OpenShift Route: admitted by every router that has spoken. */
export const routeHealth: Check = (object) => {
  const told = peek(object, 'status', 'ingress');
  if (told === undefined) return waiting;
  const ingresses = entries(told).map(([, ingress]) => ingress);
  const admissions = ingresses
    .flatMap((ingress) => entries(get(ingress, 'conditions')))
    .filter(([, condition]) => get(condition, 'type') === 'Admitted')
    .map(([, condition]) => get(condition, 'status'));
  if (admissions.filter((status) => status === 'True').length === ingresses.length) {
    return healthy('Route is healthy');
  }
  return admissions.includes('False') ? degraded('Route is degraded') : waiting;
};
