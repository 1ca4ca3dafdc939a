import { child, children, ensureChild, hasItems, setDefault, type Draft } from './draft.ts';

const AFFINITY_SECONDS = 10_800;

export function defaultService(service: Draft): void {
  const spec = ensureChild(service, 'spec');
  setDefault(spec, 'type', 'ClusterIP');
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'ClientIP') {
    setDefault(ensureChild(ensureChild(spec, 'sessionAffinityConfig'), 'clientIP'), 'timeoutSeconds', AFFINITY_SECONDS);
  } else if (spec['sessionAffinity'] === 'None') {
    delete spec['sessionAffinityConfig'];
  }
  for (const port of children(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    if (port['targetPort'] === 0 || port['targetPort'] === '' || port['targetPort'] === undefined) {
      port['targetPort'] = port['port'] ?? 0;
    }
  }
  const external = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  const byAddress = spec['type'] === 'ClusterIP' && hasItems(spec, 'externalIPs');
  if (external || byAddress) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (external || spec['type'] === 'ClusterIP') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  if (spec['type'] === 'LoadBalancer') {
    setDefault(spec, 'allocateLoadBalancerNodePorts', true);
    for (const ingress of children(child(child(service, 'status'), 'loadBalancer'), 'ingress')) {
      if (ingress['ip'] !== undefined) setDefault(ingress, 'ipMode', 'VIP');
    }
  }
}

export function defaultEndpoints(endpoints: Draft): void {
  for (const subset of children(endpoints, 'subsets')) {
    for (const port of children(subset, 'ports')) setDefault(port, 'protocol', 'TCP');
  }
}

export function defaultEndpointSlice(slice: Draft): void {
  for (const port of children(slice, 'ports')) {
    setDefault(port, 'name', '');
    setDefault(port, 'protocol', 'TCP');
  }
}

export function defaultNetworkPolicy(policy: Draft): void {
  const spec = ensureChild(policy, 'spec');
  const egress = children(spec, 'egress');
  setDefault(spec, 'policyTypes', egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
  for (const rule of [...children(spec, 'ingress'), ...egress]) {
    for (const port of children(rule, 'ports')) setDefault(port, 'protocol', 'TCP');
  }
}
