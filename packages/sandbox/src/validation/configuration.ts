import { deepEqual, getPath, isJsonObject, type KubernetesObject } from '@capstan/object';
import { parseQuantity } from '../schema/index.ts';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { checkConfigKey, checkLabels, checkSubdomain } from './formats.ts';
import type { Problems } from './problems.ts';
import type { Check } from './workloads.ts';

const FROZEN = 'field is immutable when `immutable` is set';
const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const SECRET_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const checkConfigMap: Check = (problems, object, old) => {
  const binary = objectAt(object, 'binaryData');
  for (const key of Object.keys(objectAt(object, 'data'))) {
    checkConfigKey(problems, `data[${key}]`, key);
    if (Object.hasOwn(binary, key)) problems.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
  }
  for (const key of Object.keys(binary)) checkConfigKey(problems, `binaryData[${key}]`, key);
  checkFrozen(problems, object, old, ['data', 'binaryData']);
};

export const checkSecret: Check = (problems, object, old) => {
  const data = objectAt(object, 'data');
  for (const key of Object.keys(data)) checkConfigKey(problems, `data[${key}]`, key);
  const type = textAt(object, 'type');
  for (const key of SECRET_KEYS[type] ?? []) {
    if (!Object.hasOwn(data, key)) problems.required(`data[${key}]`);
  }
  const account = getPath(object, 'metadata', 'annotations', ACCOUNT_NAME);
  if (type === TOKEN_TYPE && (account === undefined || account === '')) {
    problems.required(`metadata.annotations[${ACCOUNT_NAME}]`);
  }
  if (old !== undefined && type !== textAt(old, 'type')) problems.invalid('type', type, 'field is immutable');
  checkFrozen(problems, object, old, ['data']);
};

function checkFrozen(
  problems: Problems,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  fields: readonly string[],
): void {
  if (old === undefined || getPath(old, 'immutable') !== true) return;
  if (getPath(object, 'immutable') !== true) problems.forbidden('immutable', FROZEN);
  for (const field of fields) {
    if (!deepEqual(objectAt(object, field), objectAt(old, field))) problems.forbidden(field, FROZEN);
  }
}

export const checkClaim: Check = (problems, object, old) => {
  const modes = getPath(object, 'spec', 'accessModes');
  const list = Array.isArray(modes) ? modes : [];
  if (list.length === 0) problems.required('spec.accessModes', 'at least 1 access mode is required');
  for (const mode of list) problems.oneOf('spec.accessModes', typeof mode === 'string' ? mode : '', MODES);
  const size = textAt(object, 'spec', 'resources', 'requests', 'storage');
  if (size === '') problems.required('spec.resources[storage]');
  else if ((parseQuantity(size)?.nano ?? 0n) <= 0n)
    problems.invalid('spec.resources[storage]', size, 'must be greater than zero');
  if (old !== undefined && !deepEqual(fixedClaim(object, old), fixedClaim(old, old))) {
    const rule =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    problems.forbidden('spec', rule);
  }
};

function fixedClaim(claim: KubernetesObject, old: KubernetesObject) {
  const spec = objectAt(claim, 'spec');
  const { volumeName, resources, volumeAttributesClassName: _class, ...rest } = spec;
  const bound = textAt(old, 'spec', 'volumeName') !== '';
  // Size may grow once a volume is there; before, the binder alone writes the volume's name.
  return { ...rest, ...(bound ? { volumeName: volumeName ?? null } : { resources: resources ?? null }) };
}

export const checkStorageClass: Check = (problems, object, old) => {
  if (textAt(object, 'provisioner') === '') problems.required('provisioner');
  if (old === undefined) return;
  for (const field of ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode']) {
    if (!deepEqual(getPath(object, field) ?? null, getPath(old, field) ?? null)) {
      problems.forbidden(field, `updates to ${field} are forbidden.`);
    }
  }
};

export const checkIngress: Check = (problems, object) => {
  const rules = objectsAt(object, 'spec', 'rules');
  if (rules.length === 0 && getPath(object, 'spec', 'defaultBackend') === undefined) {
    problems.invalid('spec', null, 'either `defaultBackend` or `rules` must be specified');
  }
  for (const [index, rule] of rules.entries()) {
    const field = `spec.rules[${index}]`;
    const host = textAt(rule, 'host');
    if (host !== '') checkSubdomain(problems, `${field}.host`, host.replace(/^\*\./, ''));
    for (const [place, path] of objectsAt(rule, 'http', 'paths').entries()) {
      const at = `${field}.http.paths[${place}]`;
      const type = getPath(path, 'pathType');
      if (type === undefined || type === null || type === '')
        problems.required(`${at}.pathType`, 'pathType must be specified');
      else problems.oneOf(`${at}.pathType`, type, ['Exact', 'ImplementationSpecific', 'Prefix']);
      const text = textAt(path, 'path');
      if ((type === 'Exact' || type === 'Prefix') && !text.startsWith('/')) {
        problems.invalid(`${at}.path`, text, 'must be an absolute path');
      }
      const backend = objectAt(path, 'backend');
      if (!isJsonObject(backend['service']) && !isJsonObject(backend['resource'])) {
        problems.invalid(`${at}.backend`, '', 'resource or service backend is required');
      }
    }
  }
};

export const checkNetworkPolicy: Check = (problems, object) => {
  checkLabels(problems, 'spec.podSelector.matchLabels', getPath(object, 'spec', 'podSelector', 'matchLabels'));
  const types = getPath(object, 'spec', 'policyTypes');
  for (const [index, type] of (Array.isArray(types) ? types : []).entries()) {
    problems.oneOf(`spec.policyTypes[${index}]`, typeof type === 'string' ? type : '', ['Ingress', 'Egress']);
  }
};
