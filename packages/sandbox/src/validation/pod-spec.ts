import {
  deepEqual,
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { objectAt, objectsAt, textAt } from '../simulate/read.ts';
import { checkContainers } from './container.ts';
import { checkLabelName, checkLabels, checkSubdomain } from './formats.ts';
import type { Problems } from './problems.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const UPDATE_RULE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Checks the spec of a Pod or a pod template. */
export function checkPodSpec(problems: Problems, field: string, spec: JsonObject): void {
  const volumes = checkVolumes(problems, `${field}.volumes`, objectsAt(spec, 'volumes'));
  const containers = objectsAt(spec, 'containers');
  if (containers.length === 0) problems.required(`${field}.containers`);
  const taken = new Set<string>();
  checkContainers(problems, `${field}.containers`, containers, volumes, taken);
  checkContainers(problems, `${field}.initContainers`, objectsAt(spec, 'initContainers'), volumes, taken);
  problems.oneOf(`${field}.restartPolicy`, spec['restartPolicy'], ['Always', 'OnFailure', 'Never']);
  const dns = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  problems.oneOf(`${field}.dnsPolicy`, spec['dnsPolicy'], dns);
  checkLabels(problems, `${field}.nodeSelector`, spec['nodeSelector']);
  checkTolerations(problems, `${field}.tolerations`, objectsAt(spec, 'tolerations'));
  const account = textAt(spec, 'serviceAccountName');
  if (account !== '') checkSubdomain(problems, `${field}.serviceAccountName`, account);
  const deadline = spec['activeDeadlineSeconds'];
  if (typeof deadline === 'number' && deadline < 1) {
    problems.invalid(`${field}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive');
  }
}

function checkVolumes(problems: Problems, field: string, volumes: readonly JsonObject[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [index, volume] of volumes.entries()) {
    const name = textAt(volume, 'name');
    checkLabelName(problems, `${field}[${index}].name`, name);
    if (name !== '' && names.has(name)) problems.duplicate(`${field}[${index}].name`, name);
    names.add(name);
    const sources = Object.keys(volume)
      .filter((key) => key !== 'name')
      .sort(bySourceOrder);
    for (const extra of sources.slice(1)) {
      problems.forbidden(`${field}[${index}].${extra}`, 'may not specify more than 1 volume type');
    }
    const claim = getPath(volume, 'persistentVolumeClaim');
    if (isJsonObject(claim) && textAt(claim, 'claimName') === '') {
      problems.required(`${field}[${index}].persistentVolumeClaim.claimName`);
    }
    const secret = getPath(volume, 'secret');
    if (isJsonObject(secret) && textAt(secret, 'secretName') === '') {
      problems.required(`${field}[${index}].secret.secretName`);
    }
    const map = getPath(volume, 'configMap');
    if (isJsonObject(map) && textAt(map, 'name') === '') problems.required(`${field}[${index}].configMap.name`);
  }
  return names;
}

/** `emptyDir` is looked at first. */
function bySourceOrder(a: string, b: string): number {
  return Number(b === 'emptyDir') - Number(a === 'emptyDir') || (a < b ? -1 : 1);
}

function checkTolerations(problems: Problems, field: string, tolerations: readonly JsonObject[]): void {
  for (const [index, toleration] of tolerations.entries()) {
    const at = `${field}[${index}]`;
    const operator = textAt(toleration, 'operator') || 'Equal';
    if (operator === 'Exists' && textAt(toleration, 'value') !== '') {
      problems.invalid(
        `${at}.operator`,
        textAt(toleration, 'value'),
        "value must be empty when `operator` is 'Exists'",
      );
    } else {
      problems.oneOf(`${at}.operator`, operator, ['Equal', 'Exists']);
    }
    if (textAt(toleration, 'key') === '' && operator !== 'Exists') {
      problems.invalid(
        `${at}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      );
    }
    if (toleration['tolerationSeconds'] !== undefined && textAt(toleration, 'effect') !== 'NoExecute') {
      const rule = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      problems.invalid(`${at}.effect`, textAt(toleration, 'effect'), rule);
    }
    if (textAt(toleration, 'effect') !== '') problems.oneOf(`${at}.effect`, toleration['effect'], EFFECTS);
  }
}

/** What of a Pod may change once it is made: images, deadline, further tolerations, and the node it is bound to. */
export function checkPodUpdate(problems: Problems, pod: KubernetesObject, old: KubernetesObject): void {
  if (deepEqual(fixedPart(pod, old), fixedPart(old, old))) return;
  problems.forbidden('spec', UPDATE_RULE);
}

function fixedPart(pod: KubernetesObject, old: KubernetesObject): JsonValue {
  const spec = objectAt(pod, 'spec');
  const free = [
    'activeDeadlineSeconds',
    'tolerations',
    'terminationGracePeriodSeconds',
    'schedulingGates',
    'ephemeralContainers',
  ];
  if (textAt(old, 'spec', 'nodeName') === '') free.push('nodeName');
  const kept = Object.entries(spec).filter(([key]) => !free.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'containers' || key === 'initContainers' ? withoutImages(value) : value]),
  );
}

function withoutImages(value: JsonValue): JsonValue {
  if (!Array.isArray(value)) return value;
  return (value as readonly JsonValue[]).filter(isJsonObject).map(({ image: _image, ...rest }) => rest);
}
