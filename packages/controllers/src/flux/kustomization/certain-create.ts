import { getKey, getPath, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';

const MAX_NAME = 253;
const MAX_LABEL = 63;
const MAX_PORT_NAME = 15;
/** Half of what the server takes of annotations, and of a ConfigMap's data: near the limit it is asked. */
const MAX_ANNOTATIONS = 128 * 1024;
const MAX_DATA = 512 * 1024;

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const label1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
/** Simpler than what the server takes, which is anything that neither begins nor ends with white space. */
const imageForm = /^[\w][\w./:@-]*$/;
const dataKey = /^[-._a-zA-Z0-9]+$/;

/**
 * Whether the API server is certain to take an object that does not exist yet, by its own validation
 * (kubernetes/pkg/apis/core/validation): a few kinds, in forms simple enough to be judged in full. What is certain needs
 * no dry-run; for all others the answer is no.
 */
export function isCertainCreate(object: KubernetesObject): boolean {
  switch (`${object.apiVersion} ${object.kind}`) {
    case 'v1 ConfigMap':
      return hasOnly(object, ['data', 'immutable']) && isPlain(object, subdomain, MAX_NAME) && isConfigMap(object);
    case 'v1 ServiceAccount':
      return (
        hasOnly(object, ['automountServiceAccountToken']) &&
        isPlain(object, subdomain, MAX_NAME) &&
        isFlag(object['automountServiceAccountToken'])
      );
    case 'v1 Service':
      return hasOnly(object, ['spec']) && isPlain(object, label1035, MAX_LABEL) && isService(object['spec']);
    case 'apps/v1 Deployment':
      return hasOnly(object, ['spec']) && isPlain(object, subdomain, MAX_NAME) && isDeployment(object['spec']);
    default:
      return false;
  }
}

function hasOnly(object: KubernetesObject, more: readonly string[]): boolean {
  return isOnly(object, ['apiVersion', 'kind', 'metadata', ...more]);
}

function isOnly(value: JsonObject, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

function isPlain({ metadata }: KubernetesObject, name: RegExp, longest: number): boolean {
  return (
    isOnly(metadata, ['name', 'namespace', 'labels', 'annotations']) &&
    isText(metadata['name'], name, longest) &&
    isText(metadata['namespace'], label1123, MAX_LABEL) &&
    (metadata['labels'] === undefined || isLabels(metadata['labels'])) &&
    (metadata['annotations'] === undefined || isAnnotations(metadata['annotations']))
  );
}

function isText(value: JsonValue | undefined, form: RegExp, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest && form.test(value);
}

function isFlag(value: JsonValue | undefined): boolean {
  return value === undefined || typeof value === 'boolean';
}

function isLabels(value: JsonValue | undefined): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).every(([key, text]) => isKey(key) && (text === '' || isText(text, qualified, MAX_LABEL)))
  );
}

function isAnnotations(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  let size = 0;
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string' || !isKey(key.toLowerCase())) return false;
    size += key.length + text.length;
  }
  return size <= MAX_ANNOTATIONS;
}

/** A key of labels and annotations: a name of at most 63 characters, perhaps after a domain and a slash. */
function isKey(key: string): boolean {
  const parts = key.split('/');
  const [name, domain] = [parts.at(-1), parts.at(-2)];
  return (
    parts.length <= 2 &&
    isText(name, qualified, MAX_LABEL) &&
    (domain === undefined || isText(domain, subdomain, MAX_NAME))
  );
}

function isConfigMap(object: KubernetesObject): boolean {
  const data = object['data'] ?? {};
  if (!isJsonObject(data) || !isFlag(object['immutable'])) return false;
  let size = 0;
  for (const [key, text] of Object.entries(data)) {
    if (typeof text !== 'string' || !isText(key, dataKey, MAX_NAME) || key === '.' || key.startsWith('..'))
      return false;
    size += key.length + text.length;
  }
  return size <= MAX_DATA;
}

/** A Service of the usual type with a selector and ports, and nothing else. */
function isService(spec: JsonValue | undefined): boolean {
  if (!isJsonObject(spec) || !isOnly(spec, ['selector', 'ports', 'type'])) return false;
  const { selector, ports, type } = spec;
  if (type !== undefined && type !== 'ClusterIP') return false;
  if (selector !== undefined && !isLabels(selector)) return false;
  if (!Array.isArray(ports) || ports.length === 0) return false;
  const list = ports as readonly JsonValue[];
  const names = new Set<JsonValue | undefined>();
  const numbers = new Set<string>();
  for (const port of list) {
    if (!isJsonObject(port) || !isPort(port) || (list.length > 1 && port['name'] === undefined)) return false;
    names.add(port['name']);
    numbers.add(JSON.stringify([port['port'] ?? null, port['protocol'] ?? 'TCP']));
  }
  return names.size === list.length && numbers.size === list.length;
}

/** A Deployment whose Pods are of containers with an image, arguments and ports, and nothing else. */
function isDeployment(spec: JsonValue | undefined): boolean {
  if (!isJsonObject(spec) || !isOnly(spec, ['replicas', 'selector', 'template', 'strategy'])) return false;
  const { replicas, selector, template, strategy } = spec;
  if (!isEmpty(strategy)) return false;
  if (replicas !== undefined && !isCount(replicas)) return false;
  if (!isJsonObject(selector) || !isOnly(selector, ['matchLabels']) || !isJsonObject(template)) return false;
  const { metadata, spec: pods } = template;
  if (!isOnly(template, ['metadata', 'spec']) || !isJsonObject(metadata) || !isOnly(metadata, ['labels'])) return false;
  const { matchLabels } = selector;
  const { labels } = metadata;
  if (!isJsonObject(matchLabels) || !isJsonObject(labels) || !isLabels(labels)) return false;
  const wanted = Object.entries(matchLabels);
  if (wanted.length === 0 || !wanted.every(([key, text]) => getKey(labels, key) === text)) return false;
  return isJsonObject(pods) && isPods(pods);
}

function isPods(spec: JsonObject): boolean {
  const { serviceAccountName, containers } = spec;
  if (!isOnly(spec, ['serviceAccountName', 'containers'])) return false;
  if (serviceAccountName !== undefined && !isText(serviceAccountName, subdomain, MAX_NAME)) return false;
  if (!Array.isArray(containers) || containers.length === 0) return false;
  const list = containers as readonly JsonValue[];
  const names = new Set(list.map((container) => getPath(container, 'name')));
  return names.size === list.length && list.every((container) => isJsonObject(container) && isContainer(container));
}

function isContainer(container: JsonObject): boolean {
  const { name, image, command, args, ports, resources } = container;
  return (
    isOnly(container, ['name', 'image', 'command', 'args', 'ports', 'resources']) &&
    isEmpty(resources) &&
    isText(name, label1123, MAX_LABEL) &&
    isText(image, imageForm, MAX_NAME) &&
    [command, args].every((words) => words === undefined || isTexts(words)) &&
    (ports === undefined || isContainerPorts(ports))
  );
}

/** Whether there is nothing in a mapping; one that came through Go's types is there though it is empty. */
function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || (isJsonObject(value) && Object.keys(value).length === 0);
}

function isTexts(value: JsonValue): boolean {
  return Array.isArray(value) && (value as readonly JsonValue[]).every((text) => typeof text === 'string');
}

function isContainerPorts(ports: JsonValue): boolean {
  if (!Array.isArray(ports)) return false;
  const list = ports as readonly JsonValue[];
  const names = list.map((port) => getPath(port, 'name')).filter((name) => name !== undefined);
  const numbers = list.map((port) =>
    JSON.stringify([getPath(port, 'containerPort') ?? null, getPath(port, 'protocol') ?? 'TCP']),
  );
  return (
    new Set(names).size === names.length &&
    new Set(numbers).size === numbers.length &&
    list.every((port) => isJsonObject(port) && isContainerPort(port))
  );
}

function isContainerPort(port: JsonObject): boolean {
  const { name, containerPort, protocol } = port;
  return (
    isOnly(port, ['name', 'containerPort', 'protocol']) &&
    (name === undefined || isPortName(name)) &&
    isPortNumber(containerPort) &&
    (protocol === undefined || protocol === 'TCP' || protocol === 'UDP')
  );
}

function isCount(value: JsonValue): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1;
}

function isPort(port: JsonObject): boolean {
  const { name, port: number, targetPort, protocol } = port;
  return (
    isOnly(port, ['name', 'port', 'targetPort', 'protocol']) &&
    (name === undefined || isText(name, label1123, MAX_LABEL)) &&
    isPortNumber(number) &&
    (targetPort === undefined || isPortNumber(targetPort) || isPortName(targetPort)) &&
    (protocol === undefined || protocol === 'TCP' || protocol === 'UDP')
  );
}

function isPortNumber(value: JsonValue | undefined): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isPortName(value: JsonValue): boolean {
  return (
    typeof value === 'string' && isText(value, label1123, MAX_PORT_NAME) && /[a-z]/.test(value) && !value.includes('--')
  );
}
