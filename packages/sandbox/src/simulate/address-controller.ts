import type { KubernetesObject } from '@capstan/object';
import { writeStatus, type SimulationContext } from './context.ts';
import { fnv1a } from './pod-template-hash.ts';
import { INGRESSES, SERVICES } from './resources.ts';
import { isDeleting, keyOf, objectsAt, textAt } from './read.ts';

/** The managers that write addresses where there is a cloud and an ingress controller. */
const CLOUD = 'cloud-controller-manager';
const INGRESS = 'ingress-controller';

/** Gives LoadBalancer Services and Ingresses an address out of 198.18.0.0/15, which is set aside for tests. */
export function startAddresses(context: SimulationContext): void {
  if (!context.options.addresses) return;
  const services = context.informer(SERVICES);
  const serviceLane = context.lane('load-balancer', (key) => {
    const service = services.byKey(key);
    if (service === undefined || isDeleting(service)) return;
    // One that names a class is another controller's.
    if (textAt(service, 'spec', 'loadBalancerClass') !== '') return;
    const wanted = textAt(service, 'spec', 'type') === 'LoadBalancer';
    const has = objectsAt(service, 'status', 'loadBalancer', 'ingress').length > 0;
    if (wanted === has) return;
    const ingress = [{ ip: addressOf(service), ipMode: 'VIP' }];
    writeStatus(context, SERVICES, service, { loadBalancer: wanted ? { ingress } : {} }, CLOUD);
  });
  services.subscribe(({ type, object }) => {
    if (type !== 'DELETED') serviceLane.add(keyOf(object));
  });
  const ingresses = context.informer(INGRESSES);
  const ingressLane = context.lane('ingress', (key) => {
    const ingress = ingresses.byKey(key);
    if (ingress === undefined || isDeleting(ingress)) return;
    if (objectsAt(ingress, 'status', 'loadBalancer', 'ingress').length > 0) return;
    const status = { loadBalancer: { ingress: [{ ip: '198.18.0.1' }] } };
    writeStatus(context, INGRESSES, ingress, status, INGRESS);
  });
  ingresses.subscribe(({ type, object }) => {
    if (type !== 'DELETED') ingressLane.add(keyOf(object));
  });
}

function addressOf(service: KubernetesObject): string {
  const hash = fnv1a(new TextEncoder().encode(keyOf(service)));
  return `198.19.${(hash >>> 8) & 255}.${hash & 255}`;
}
