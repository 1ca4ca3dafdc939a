import type { KubernetesObject } from '@capstan/object';
import { mappingsAt, textAt } from '../fields.ts';
import type { HealthStatus } from '../health-status.ts';
import { verdict } from './verdict.ts';

/** Health of a Service: a load balancer needs an address. */
export function serviceHealth(object: KubernetesObject): HealthStatus {
  const needsAddress = textAt(object, ['spec', 'type']) === 'LoadBalancer';
  const hasAddress = mappingsAt(object, 'status', 'loadBalancer', 'ingress').length > 0;
  return verdict(needsAddress && !hasAddress ? 'Progressing' : 'Healthy');
}
