import type { KubernetesObject } from '@capstan/object';
import { mappingsAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of an Ingress: whether it has an address. */
export function ingressHealth(object: KubernetesObject): HealthStatus {
  return verdict(mappingsAt(object, 'status', 'loadBalancer', 'ingress').length > 0 ? 'Healthy' : 'Progressing');
}
