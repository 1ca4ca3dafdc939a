import type { KubernetesObject } from '@capstan/object';
import { textAt } from '../fields.ts';
import { current, inProgress, type KstatusResult } from './result.ts';

/** kstatus of a Service: a load balancer needs its cluster address. */
export function serviceStatus(object: KubernetesObject): KstatusResult {
  const isLoadBalancer = textAt(object, ['spec', 'type']) === 'LoadBalancer';
  if (isLoadBalancer && textAt(object, ['spec', 'clusterIP']) === '') {
    return inProgress('NoIPAssigned', 'ClusterIP not set. Service type: LoadBalancer');
  }
  return current('Service is ready');
}
