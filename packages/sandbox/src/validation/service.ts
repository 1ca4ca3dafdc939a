import { getPath, type JsonObject, type JsonValue } from '@capstan/object';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { checkLabels, checkPort, checkPortName, checkPortOrName, checkSubdomain } from './formats.ts';
import type { Problems } from './problems.ts';
import type { Check } from './workloads.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const ADDRESS = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$|^[\da-f]*:[\da-f:.]+$/i;

/** Checks a Service: its type, ports and addresses. */
export const checkService: Check = (problems, service, old) => {
  const spec = objectAt(service, 'spec');
  const type = textAt(spec, 'type');
  const address = textAt(spec, 'clusterIP');
  const ports = objectsAt(spec, 'ports');
  if (ports.length === 0 && address !== 'None' && type !== 'ExternalName') problems.required('spec.ports');
  if (type === 'LoadBalancer' && address === 'None') {
    problems.invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services");
  }
  if (type === 'NodePort' && address === 'None') {
    problems.invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services");
  }
  if (type === 'ExternalName') {
    const name = textAt(spec, 'externalName').replace(/\.$/, '');
    if (name === '') problems.required('spec.externalName');
    else checkSubdomain(problems, 'spec.externalName', name);
  }
  checkPorts(problems, ports, type);
  checkLabels(problems, 'spec.selector', spec['selector']);
  problems.oneOf('spec.sessionAffinity', spec['sessionAffinity'], ['ClientIP', 'None']);
  problems.oneOf('spec.type', spec['type'], TYPES);
  if (address !== '' && address !== 'None' && !ADDRESS.test(address)) {
    problems.invalid('spec.clusterIPs[0]', address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
  }
  if (old !== undefined) checkAddressKept(problems, spec, objectAt(old, 'spec'));
};

function checkPorts(problems: Problems, ports: readonly JsonObject[], type: string): void {
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const field = `spec.ports[${index}]`;
    const name = textAt(port, 'name');
    if (name === '' && ports.length > 1) problems.required(`${field}.name`);
    if (name !== '') {
      checkServicePortName(problems, `${field}.name`, name);
      if (names.has(name)) problems.duplicate(`${field}.name`, name);
      names.add(name);
    }
    checkPort(problems, `${field}.port`, port['port'] ?? 0);
    problems.oneOf(`${field}.protocol`, port['protocol'], ['SCTP', 'TCP', 'UDP']);
    checkPortOrName(problems, `${field}.targetPort`, port['targetPort']);
    const key = JSON.stringify([port['protocol'] ?? null, port['port'] ?? null]);
    if (numbers.has(key)) problems.duplicate(field, shownPort(port));
    numbers.add(key);
    if (type === 'ClusterIP' && typeof port['nodePort'] === 'number' && port['nodePort'] !== 0) {
      problems.forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'");
    }
  }
}

function shownPort(port: JsonObject): JsonValue {
  const protocol = port['protocol'] ?? null;
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port['port'] ?? 0, TargetPort: 0, NodePort: 0 };
}

/** A Service's port may have any DNS label for its name. */
function checkServicePortName(problems: Problems, field: string, name: string): void {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) checkPortName(problems, field, name);
}

/** A cluster address stays, unless the Service was or becomes an external name. */
function checkAddressKept(problems: Problems, spec: JsonObject, before: JsonObject): void {
  if (textAt(spec, 'type') === 'ExternalName' || textAt(before, 'type') === 'ExternalName') return;
  const had = textAt(before, 'clusterIP');
  const has = textAt(spec, 'clusterIP');
  if (had === '' || had === has) return;
  const list = getPath(spec, 'clusterIPs');
  problems.invalid('spec.clusterIPs[0]', Array.isArray(list) ? list : [has], 'may not change once set');
}
