import { getPath, isJsonObject, type JsonObject } from '@capstan/object';
import { parseQuantity } from '../schema/index.ts';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import {
  checkConfigKey,
  checkLabelName,
  checkPort,
  checkPortName,
  checkQualifiedName,
  checkSubdomain,
} from './formats.ts';
import { checkProbes } from './probe.ts';
import type { Problems } from './problems.ts';

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage']);
const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** Checks the containers of a list; `volumes` are the names that can be mounted. */
export function checkContainers(
  problems: Problems,
  field: string,
  containers: readonly JsonObject[],
  volumes: ReadonlySet<string>,
  taken: Set<string>,
): void {
  for (const [index, container] of containers.entries()) {
    const at = `${field}[${index}]`;
    const name = textAt(container, 'name');
    checkLabelName(problems, `${at}.name`, name);
    if (name !== '' && taken.has(name)) problems.duplicate(`${at}.name`, name);
    taken.add(name);
    if (textAt(container, 'image') === '') problems.required(`${at}.image`);
    checkPorts(problems, at, container);
    checkEnvironment(problems, at, container);
    checkMounts(problems, at, container, volumes);
    checkProbes(problems, at, container);
    checkResources(problems, `${at}.resources`, objectAt(container, 'resources'));
    const messages = getPath(container, 'terminationMessagePolicy');
    problems.oneOf(`${at}.terminationMessagePolicy`, messages, ['File', 'FallbackToLogsOnError']);
    const policy = getPath(container, 'imagePullPolicy');
    problems.oneOf(`${at}.imagePullPolicy`, policy, ['Always', 'IfNotPresent', 'Never']);
  }
}

function checkPorts(problems: Problems, at: string, container: JsonObject): void {
  const names = new Set<string>();
  for (const [index, port] of objectsAt(container, 'ports').entries()) {
    const field = `${at}.ports[${index}]`;
    const name = textAt(port, 'name');
    if (name !== '') {
      if (names.has(name)) problems.duplicate(`${field}.name`, name);
      else checkPortName(problems, `${field}.name`, name);
      names.add(name);
    }
    if ((port['containerPort'] ?? 0) === 0) problems.required(`${field}.containerPort`);
    else checkPort(problems, `${field}.containerPort`, port['containerPort']);
    if (port['hostPort'] !== 0) checkPort(problems, `${field}.hostPort`, port['hostPort']);
    problems.oneOf(`${field}.protocol`, port['protocol'], ['SCTP', 'TCP', 'UDP']);
  }
}

function checkEnvironment(problems: Problems, at: string, container: JsonObject): void {
  for (const [index, variable] of objectsAt(container, 'env').entries()) {
    const field = `${at}.env[${index}]`;
    const name = textAt(variable, 'name');
    if (name === '') {
      problems.required(`${field}.name`);
    } else if (!/^[ -<>-~]+$/.test(name)) {
      const rule = "a valid environment variable name must consist only of printable ASCII characters other than '='";
      problems.invalid(`${field}.name`, name, rule);
    }
    const source = getPath(variable, 'valueFrom');
    if (isJsonObject(source)) checkSource(problems, `${field}.valueFrom`, variable, source);
  }
  for (const [index, from] of objectsAt(container, 'envFrom').entries()) {
    for (const kind of ['configMapRef', 'secretRef']) {
      const reference = getPath(from, kind);
      if (isJsonObject(reference))
        checkSubdomain(problems, `${at}.envFrom[${index}].${kind}.name`, textAt(reference, 'name'));
    }
  }
}

function checkSource(problems: Problems, field: string, variable: JsonObject, source: JsonObject): void {
  const given = SOURCES.filter((kind) => isJsonObject(source[kind]));
  if (given.length === 0) {
    const list = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    problems.invalid(field, '', `must specify one of: ${list}`);
  } else if (textAt(variable, 'value') !== '') {
    problems.invalid(field, '', 'may not be specified when `value` is not empty');
  } else if (given.length > 1) {
    problems.invalid(field, '', 'may not have more than one field specified at a time');
  }
  for (const kind of ['configMapKeyRef', 'secretKeyRef']) {
    const reference = source[kind];
    if (!isJsonObject(reference)) continue;
    checkSubdomain(problems, `${field}.${kind}.name`, textAt(reference, 'name'));
    const key = textAt(reference, 'key');
    if (key === '') problems.required(`${field}.${kind}.key`);
    else checkConfigKey(problems, `${field}.${kind}.key`, key);
  }
}

function checkMounts(problems: Problems, at: string, container: JsonObject, volumes: ReadonlySet<string>): void {
  const paths = new Set<string>();
  for (const [index, mount] of objectsAt(container, 'volumeMounts').entries()) {
    const field = `${at}.volumeMounts[${index}]`;
    const name = textAt(mount, 'name');
    const path = textAt(mount, 'mountPath');
    if (name === '') problems.required(`${field}.name`);
    else if (!volumes.has(name)) problems.notFound(`${field}.name`, name);
    if (path === '') problems.required(`${field}.mountPath`);
    else if (paths.has(path)) problems.invalid(`${field}.mountPath`, path, 'must be unique');
    paths.add(path);
  }
}

function checkResources(problems: Problems, field: string, resources: JsonObject): void {
  const limits = objectAt(resources, 'limits');
  for (const kind of ['limits', 'requests']) {
    for (const [name, value] of Object.entries(objectAt(resources, kind))) {
      const at = `${field}.${kind}[${name}]`;
      checkResourceName(problems, at, name);
      const amount = typeof value === 'string' ? parseQuantity(value)?.nano : undefined;
      if (amount !== undefined && amount < 0n) problems.invalid(at, value, 'must be greater than or equal to 0');
      const limit = kind === 'requests' ? textAt(limits, name) : '';
      const most = parseQuantity(limit)?.nano;
      if (amount !== undefined && most !== undefined && amount > most) {
        problems.invalid(`${field}.requests`, value, `must be less than or equal to ${name} limit of ${limit}`);
      }
    }
  }
}

function checkResourceName(problems: Problems, field: string, name: string): void {
  checkQualifiedName(problems, field, name);
  if (name.includes('/') || STANDARD.has(name) || name.startsWith('hugepages-')) return;
  problems.invalid(field, name, 'must be a standard resource type or fully qualified');
  problems.invalid(field, name, 'must be a standard resource for containers');
}
