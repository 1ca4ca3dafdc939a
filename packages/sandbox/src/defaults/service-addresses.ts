import type { JsonValue, KubernetesObject } from '@capstan/object';
import { child, children, copyOf, ensureChild, hasItems, setDefault, text, type Draft } from './draft.ts';

/** Cluster addresses come from 10.0.0.0/16, as in the control plane that the sandbox is compared with. */
const ADDRESSES = 65_534;
const NODE_PORT_FIRST = 30_000;
const NODE_PORTS = 2_768;

/** Tells what other Services hold already. */
export interface TakenAddresses {
  hasAddress(clusterIP: string): boolean;
  hasPort(nodePort: number): boolean;
}

/** What a Service holds of the cluster's addresses and of its node ports. */
export function heldBy(service: KubernetesObject): {
  readonly clusterIP: string;
  readonly nodePorts: readonly number[];
} {
  const spec = child(service, 'spec');
  const ports = children(spec, 'ports').map((port) => port['nodePort']);
  const nodePorts = [...ports, spec?.['healthCheckNodePort']].filter((port) => typeof port === 'number');
  return { clusterIP: text(spec, 'clusterIP'), nodePorts };
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
  allocateClusterIp(spec, before, seed, taken);
  setDefault(spec, 'ipFamilies', ['IPv4']);
  if (!hasItems(spec, 'selector') && spec['clusterIP'] === 'None') {
    setDefault(spec, 'ipFamilyPolicy', 'RequireDualStack');
    if (spec['ipFamilyPolicy'] === 'RequireDualStack') spec['ipFamilies'] = ['IPv4', 'IPv6'];
  }
  setDefault(spec, 'ipFamilyPolicy', 'SingleStack');
  const withPorts = type === 'NodePort' || (type === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
  if (withPorts) allocateNodePorts(spec, before, seed, taken);
  return result;
}

function allocateClusterIp(spec: Draft, before: Draft | undefined, seed: number, taken: TakenAddresses): void {
  const kept = text(before, 'clusterIP');
  if (text(spec, 'clusterIP') === '' && kept !== '') spec['clusterIP'] = kept;
  if (text(spec, 'clusterIP') === '') spec['clusterIP'] = freeAddress(seed, taken);
  const list: JsonValue = [text(spec, 'clusterIP')];
  if (!hasItems(spec, 'clusterIPs')) spec['clusterIPs'] = list;
}

function freeAddress(seed: number, taken: TakenAddresses): string {
  for (let step = 0; step < ADDRESSES; step++) {
    // Host parts 0 and 1 are the network's and the API server's own.
    const host = ((seed + step) % (ADDRESSES - 256)) + 256;
    const address = `10.0.${host >> 8}.${host & 255}`;
    if (!taken.hasAddress(address)) return address;
  }
  return '';
}

function allocateNodePorts(spec: Draft, before: Draft | undefined, seed: number, taken: TakenAddresses): void {
  const used = new Set<number>();
  const known = new Map(children(before, 'ports').map((port) => [portKey(port), port['nodePort']]));
  for (const port of children(spec, 'ports')) {
    if (typeof port['nodePort'] === 'number') continue;
    const kept = known.get(portKey(port));
    const given = typeof kept === 'number' ? kept : freePort(seed, (each) => used.has(each) || taken.hasPort(each));
    used.add(given);
    port['nodePort'] = given;
  }
}

function portKey(port: Draft): string {
  return `${text(port, 'protocol')}/${JSON.stringify(port['port'] ?? 0)}`;
}

function freePort(seed: number, isTaken: (port: number) => boolean): number {
  for (let step = 0; step < NODE_PORTS; step++) {
    const port = NODE_PORT_FIRST + ((seed + step) % NODE_PORTS);
    if (!isTaken(port)) return port;
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
