import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { ageCell, labelsCell, nameCell, selectorCell, shown, table } from './cell.ts';

const SHOWN_ADDRESSES = 3;

export const serviceTable = table('Name Type Cluster-IP External-IP Port(s) Age Selector:1', (object, now) => [
  nameCell(object),
  textAt(object, 'spec', 'type'),
  shown(getPath(object, 'spec', 'clusterIPs', 0) ?? getPath(object, 'spec', 'clusterIP'), '<none>'),
  externalAddress(object),
  servicePorts(object),
  ageCell(object, now),
  labelsCell(objectAt(object, 'spec', 'selector')),
]);

function externalAddress(object: KubernetesObject): string {
  const given = getPath(object, 'spec', 'externalIPs');
  const listed = Array.isArray(given) ? (given as readonly string[]) : [];
  switch (textAt(object, 'spec', 'type')) {
    case 'LoadBalancer': {
      const addresses = [...balancerAddresses(getPath(object, 'status', 'loadBalancer')), ...listed];
      return addresses.length === 0 ? '<pending>' : addresses.join(',');
    }
    case 'ExternalName':
      return textAt(object, 'spec', 'externalName');
    default:
      return listed.length === 0 ? '<none>' : listed.join(',');
  }
}

function balancerAddresses(balancer: JsonValue | undefined): readonly string[] {
  return objectsAt(balancer, 'ingress').map((each) => textAt(each, 'ip') || textAt(each, 'hostname'));
}

function servicePorts(object: KubernetesObject): string {
  const ports = objectsAt(object, 'spec', 'ports').map((port) => {
    const node = port['nodePort'];
    const number = shown(port['port'], '');
    return `${number}${typeof node === 'number' ? `:${node}` : ''}/${textAt(port, 'protocol')}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

export const ingressTable = table('Name Class Hosts Address Ports Age', (object, now) => {
  const hosts = objectsAt(object, 'spec', 'rules')
    .map((rule) => textAt(rule, 'host'))
    .filter((host) => host !== '');
  const most = hosts.slice(0, SHOWN_ADDRESSES).join(',');
  return [
    nameCell(object),
    shown(getPath(object, 'spec', 'ingressClassName'), '<none>'),
    hosts.length === 0
      ? '*'
      : hosts.length > SHOWN_ADDRESSES
        ? `${most} + ${hosts.length - SHOWN_ADDRESSES} more...`
        : most,
    balancerAddresses(getPath(object, 'status', 'loadBalancer')).join(','),
    objectsAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80',
    ageCell(object, now),
  ];
});

export const ingressClassTable = table('Name Controller Parameters Age', (object, now) => [
  nameCell(object),
  textAt(object, 'spec', 'controller'),
  parameters(getPath(object, 'spec', 'parameters')),
  ageCell(object, now),
]);

function parameters(value: JsonValue | undefined): string {
  if (value === undefined) return '<none>';
  const group = textAt(value, 'apiGroup');
  return `${textAt(value, 'kind')}${group === '' ? '' : `.${group}`}/${textAt(value, 'name')}`;
}

export const endpointsTable = table('Name Endpoints Age', (object, now) => {
  const all = objectsAt(object, 'subsets').flatMap((subset) => {
    const ports = objectsAt(subset, 'ports');
    const ips = objectsAt(subset, 'addresses').map((each) => textAt(each, 'ip'));
    if (ports.length === 0) return ips;
    return ports.flatMap((port) => ips.map((ip) => `${ip}:${shown(port['port'], '')}`));
  });
  return [nameCell(object), some(all, '<none>'), ageCell(object, now)];
});

function some(all: readonly string[], none: string): string {
  if (all.length === 0) return none;
  const first = all.slice(0, SHOWN_ADDRESSES).join(',');
  return all.length > SHOWN_ADDRESSES ? `${first} + ${all.length - SHOWN_ADDRESSES} more...` : first;
}

export const endpointSliceTable = table('Name AddressType Ports Endpoints Age', (object, now) => {
  const ports = objectsAt(object, 'ports').map((port: JsonObject) => shown(port['port'], '*'));
  const addresses = objectsAt(object, 'endpoints').flatMap((each) => {
    const list = getPath(each, 'addresses');
    return Array.isArray(list) ? (list as readonly string[]) : [];
  });
  return [
    nameCell(object),
    textAt(object, 'addressType'),
    some(ports, '<unset>'),
    some(addresses, '<unset>'),
    ageCell(object, now),
  ];
});

export const networkPolicyTable = table('Name Pod-Selector Age', (object, now) => [
  nameCell(object),
  selectorCell(getPath(object, 'spec', 'podSelector')),
  ageCell(object, now),
]);

/** The API server gives the age in a cell without a column. */
export const ipAddressTable = table('Name ParentRef', (object, now) => {
  const parent = objectAt(object, 'spec', 'parentRef');
  const path = [
    textAt(parent, 'group'),
    textAt(parent, 'resource'),
    textAt(parent, 'namespace'),
    textAt(parent, 'name'),
  ];
  return [nameCell(object), path.filter((part) => part !== '').join('/'), ageCell(object, now)];
});

export const serviceCidrTable = table('Name CIDRs Age', (object, now) => {
  const list = getPath(object, 'spec', 'cidrs');
  return [nameCell(object), Array.isArray(list) ? (list as readonly string[]).join(',') : '', ageCell(object, now)];
});
