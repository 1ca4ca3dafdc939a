import type { JsonValue, KubernetesObject } from '@capstan/object';
import { child, children, copyOf, ensureChild, hasItems, setDefault, text, type Draft } from './draft.ts';

/** Cluster addresses come from 10.0.0.0/16, as in the control plane that the sandbox is compared with. */
const ADDRESSES = 65_534;
const NODE_PORT_FIRST = 30_000;
const NODE_PORTS = 2_768;

/** What the Services in the store hold already. */
export interface TakenAddresses {
  readonly clusterIPs: ReadonlySet<string>;
  readonly nodePorts: ReadonlySet<number>;
}

/** What a set of Services holds: the allocator's whole state. */
export function takenAddresses(services: Iterable<KubernetesObject>): TakenAddresses {
  const clusterIPs = new Set<string>();
  const nodePorts = new Set<number>();
  for (const service of services) {
    const spec = child(service, 'spec');
    if (text(spec, 'clusterIP') !== '') clusterIPs.add(text(spec, 'clusterIP'));
    for (const port of children(spec, 'ports')) {
      if (typeof port['nodePort'] === 'number') nodePorts.add(port['nodePort']);
    }
    const health = spec?.['healthCheckNodePort'];
    if (typeof health === 'number') nodePorts.add(health);
  }
  return { clusterIPs, nodePorts };
}

/**
 * Gives a Service what its type needs: cluster address, IP families and node ports; on an update, `old` keeps what it
 * has. Where the search begins follows from namespace and name, so the same objects get the same addresses. Fresh copy.
 */
export function allocateServiceAddresses(
  service: KubernetesObject,
  taken: TakenAddresses,
  old?: KubernetesObject,
): KubernetesObject {
  const result = copyOf(service);
  const spec = ensureChild(result, 'spec');
  const before = old === undefined ? undefined : child(old, 'spec');
  const seed = hash(`${text(service.metadata, 'namespace')}/${text(service.metadata, 'name')}`);
  const type = text(spec, 'type');
  if (type === 'ExternalName') {
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[key];
    return result;
  }
  allocateClusterIp(spec, before, seed, taken.clusterIPs);
  setDefault(spec, 'ipFamilies', ['IPv4']);
  if (!hasItems(spec, 'selector') && spec['clusterIP'] === 'None') {
    setDefault(spec, 'ipFamilyPolicy', 'RequireDualStack');
    if (spec['ipFamilyPolicy'] === 'RequireDualStack') spec['ipFamilies'] = ['IPv4', 'IPv6'];
  }
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
  const withPorts = type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
  if (withPorts) allocateNodePorts(spec, before, seed, taken.nodePorts);
  return result;
}

function allocateClusterIp(spec: Draft, before: Draft | undefined, seed: number, taken: ReadonlySet<string>): void {
  const kept = text(before, 'clusterIP');
  if (text(spec, 'clusterIP') === '' && kept !== '') spec['clusterIP'] = kept;
  if (text(spec, 'clusterIP') === '') spec['clusterIP'] = freeAddress(seed, taken);
  const list: JsonValue = [text(spec, 'clusterIP')];
  if (!hasItems(spec, 'clusterIPs')) spec['clusterIPs'] = list;
}

function freeAddress(seed: number, taken: ReadonlySet<string>): string {
  for (let step = 0; step < ADDRESSES; step++) {
    // Host parts 0 and 1 are the network's and the API server's own.
    const host = ((seed + step) % (ADDRESSES - 256)) + 256;
    const address = `10.0.${host >> 8}.${host & 255}`;
    if (!taken.has(address)) return address;
  }
  return '';
}

function allocateNodePorts(spec: Draft, before: Draft | undefined, seed: number, taken: ReadonlySet<number>): void {
  const used = new Set(taken);
  const known = new Map(children(before, 'ports').map((port) => [portKey(port), port['nodePort']]));
  for (const port of children(spec, 'ports')) {
    if (typeof port['nodePort'] === 'number') continue;
    const kept = known.get(portKey(port));
    const given = typeof kept === 'number' ? kept : freePort(seed, used);
    used.add(given);
    port['nodePort'] = given;
  }
}

function portKey(port: Draft): string {
  return `${text(port, 'protocol')}/${JSON.stringify(port['port'] ?? 0)}`;
}

function freePort(seed: number, taken: ReadonlySet<number>): number {
  for (let step = 0; step < NODE_PORTS; step++) {
    const port = NODE_PORT_FIRST + ((seed + step) % NODE_PORTS);
    if (!taken.has(port)) return port;
  }
  return NODE_PORT_FIRST;
}

function hash(value: string): number {
  let result = 2_166_136_261;
  for (let index = 0; index < value.length; index++) {
    result = Math.imul(result ^ value.charCodeAt(index), 16_777_619) >>> 0;
  }
  return result;
}
