import {
  deepEqual,
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { parseCron } from '../simulate/cron-schedule.ts';
import { objectAt, textAt } from '../simulate/read.ts';
import { checkLabels, checkSelector } from './formats.ts';
import { checkPodSpec } from './pod-spec.ts';
import type { Problems } from './problems.ts';

const IMMUTABLE = 'field is immutable';
const PERCENT_RULE =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
const SET_RULE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const SET_MUTABLE = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);
const MAX_CRON_NAME = 52;

/** Checks one kind; `old` is what an update changes. */
export type Check = (problems: Problems, object: KubernetesObject, old: KubernetesObject | undefined) => void;

function checkTemplate(
  problems: Problems,
  field: string,
  holder: JsonValue | undefined,
  restart: readonly string[],
): void {
  const template = objectAt(holder, 'template');
  checkLabels(problems, `${field}.template.labels`, getPath(template, 'metadata', 'labels'));
  const spec = objectAt(template, 'spec');
  checkPodSpec(problems, `${field}.template.spec`, spec);
  const policy = textAt(spec, 'restartPolicy');
  if (restart.length === 1 && ['OnFailure', 'Never'].includes(policy)) {
    problems.unsupported(`${field}.template.spec.restartPolicy`, policy, restart);
  } else if (restart.length > 1 && policy === 'Always') {
    problems.required(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"');
  }
}

function checkImmutable(
  problems: Problems,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  key: string,
): void {
  if (old === undefined) return;
  const value = getPath(object, 'spec', key);
  if (!deepEqual(value ?? null, getPath(old, 'spec', key) ?? null)) problems.invalid(`spec.${key}`, value, IMMUTABLE);
}

export const checkDeployment: Check = (problems, object, old) => {
  const spec = objectAt(object, 'spec');
  problems.notNegative('spec.replicas', spec['replicas']);
  checkSelector(problems, 'deployment', spec);
  checkStrategy(problems, objectAt(spec, 'strategy'));
  problems.notNegative('spec.minReadySeconds', spec['minReadySeconds']);
  problems.notNegative('spec.revisionHistoryLimit', spec['revisionHistoryLimit']);
  const deadline = spec['progressDeadlineSeconds'];
  problems.notNegative('spec.progressDeadlineSeconds', deadline);
  const ready = spec['minReadySeconds'];
  if (typeof deadline === 'number' && deadline >= 0 && deadline <= (typeof ready === 'number' ? ready : 0)) {
    problems.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
  }
  checkTemplate(problems, 'spec', spec, ['Always']);
  checkImmutable(problems, object, old, 'selector');
};

function checkStrategy(problems: Problems, strategy: JsonObject): void {
  const type = textAt(strategy, 'type');
  const rolling = getPath(strategy, 'rollingUpdate');
  if (type !== 'Recreate' && type !== 'RollingUpdate') {
    problems.unsupported('spec.strategy', { Type: type, RollingUpdate: rolling ?? null }, [
      'Recreate',
      'RollingUpdate',
    ]);
    return;
  }
  if (type === 'Recreate') {
    if (rolling !== undefined) {
      problems.forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'");
    }
    return;
  }
  for (const name of ['maxUnavailable', 'maxSurge']) {
    const value = getPath(rolling, name);
    problems.notNegative(`spec.strategy.rollingUpdate.${name}`, value);
    if (typeof value === 'string' && !/^[0-9]+%$/.test(value)) {
      problems.invalid(`spec.strategy.rollingUpdate.${name}`, value, PERCENT_RULE);
    }
  }
  const none = (value: JsonValue | undefined): boolean => value === 0 || value === '0%';
  const unavailable = getPath(rolling, 'maxUnavailable');
  if (none(unavailable) && none(getPath(rolling, 'maxSurge'))) {
    problems.invalid('spec.strategy.rollingUpdate.maxUnavailable', unavailable, 'may not be 0 when `maxSurge` is 0');
  }
}

export const checkReplicaSet: Check = (problems, object, old) => {
  const spec = objectAt(object, 'spec');
  problems.notNegative('spec.replicas', spec['replicas']);
  problems.notNegative('spec.minReadySeconds', spec['minReadySeconds']);
  checkSelector(problems, 'deployment', spec);
  checkTemplate(problems, 'spec', spec, ['Always']);
  checkImmutable(problems, object, old, 'selector');
};

export const checkDaemonSet: Check = (problems, object, old) => {
  const spec = objectAt(object, 'spec');
  checkSelector(problems, 'daemonset', spec);
  problems.notNegative('spec.minReadySeconds', spec['minReadySeconds']);
  checkTemplate(problems, 'spec', spec, ['Always']);
  checkImmutable(problems, object, old, 'selector');
};

export const checkStatefulSet: Check = (problems, object, old) => {
  const spec = objectAt(object, 'spec');
  const policy = textAt(spec, 'podManagementPolicy');
  if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    problems.invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  }
  const type = textAt(spec, 'updateStrategy', 'type');
  if (type !== 'RollingUpdate' && type !== 'OnDelete') {
    const shown = { Type: type, RollingUpdate: getPath(spec, 'updateStrategy', 'rollingUpdate') ?? null };
    problems.invalid('spec.updateStrategy', shown, "must be 'RollingUpdate' or 'OnDelete'");
  }
  problems.notNegative('spec.replicas', spec['replicas']);
  problems.notNegative('spec.minReadySeconds', spec['minReadySeconds']);
  checkSelector(problems, 'statefulset', spec);
  checkTemplate(problems, 'spec', spec, ['Always']);
  if (old === undefined) return;
  const fixed = (set: KubernetesObject): JsonValue =>
    Object.fromEntries(Object.entries(objectAt(set, 'spec')).filter(([key]) => !SET_MUTABLE.has(key)));
  if (!deepEqual(fixed(object), fixed(old))) problems.forbidden('spec', SET_RULE);
};

export const checkJob: Check = (problems, object, old) => {
  checkJobSpec(problems, 'spec', objectAt(object, 'spec'), false);
  if (old === undefined) return;
  for (const key of ['completions', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex']) {
    checkImmutable(problems, object, old, key);
  }
  const suspended = getPath(old, 'spec', 'suspend') === true && getPath(old, 'status', 'startTime') === undefined;
  if (!suspended) checkImmutable(problems, object, old, 'template');
};

function checkJobSpec(problems: Problems, field: string, spec: JsonObject, template: boolean): void {
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ]) {
    problems.notNegative(`${field}.${name}`, spec[name]);
  }
  if (!template) checkSelector(problems, 'job', spec);
  if (textAt(spec, 'completionMode') === 'Indexed' && spec['completions'] === undefined) {
    problems.required(`${field}.completions`, 'when completion mode is Indexed');
  }
  if (spec['completionMode'] !== undefined)
    problems.oneOf(`${field}.completionMode`, spec['completionMode'], ['NonIndexed', 'Indexed']);
  checkTemplate(problems, field, spec, ['OnFailure', 'Never']);
}

export const checkCronJob: Check = (problems, object) => {
  const name = textAt(object.metadata, 'name');
  if (name.length > MAX_CRON_NAME) {
    problems.invalid('metadata.name', name, `must be no more than ${MAX_CRON_NAME} characters`);
  }
  const schedule = textAt(object, 'spec', 'schedule');
  if (schedule === '') problems.required('spec.schedule');
  else if (parseCron(schedule) === undefined) problems.invalid('spec.schedule', schedule, scheduleProblem(schedule));
  problems.oneOf('spec.concurrencyPolicy', getPath(object, 'spec', 'concurrencyPolicy'), [
    'Allow',
    'Forbid',
    'Replace',
  ]);
  for (const limit of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) {
    problems.notNegative(`spec.${limit}`, getPath(object, 'spec', limit));
  }
  checkJobSpec(problems, 'spec.jobTemplate.spec', objectAt(object, 'spec', 'jobTemplate', 'spec'), true);
};

function scheduleProblem(schedule: string): string {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  return `failed to parse schedule: ${schedule}`;
}

/** An autoscaler's bounds and target. */
export const checkAutoscaler: Check = (problems, object) => {
  const minimum = getPath(object, 'spec', 'minReplicas');
  const maximum = getPath(object, 'spec', 'maxReplicas');
  if (typeof minimum === 'number' && minimum < 1) {
    problems.invalid('spec.minReplicas', minimum, 'must be greater than or equal to 1');
  }
  if (typeof maximum === 'number' && maximum < 1)
    problems.invalid('spec.maxReplicas', maximum, 'must be greater than 0');
  if (typeof minimum === 'number' && typeof maximum === 'number' && maximum < minimum) {
    problems.invalid('spec.maxReplicas', maximum, 'must be greater than or equal to `minReplicas`');
  }
  for (const key of ['kind', 'name']) {
    if (textAt(object, 'spec', 'scaleTargetRef', key) === '') problems.required(`spec.scaleTargetRef.${key}`);
  }
};

export const checkBudget: Check = (problems, object) => {
  const spec = objectAt(object, 'spec');
  if (spec['minAvailable'] === undefined || spec['maxUnavailable'] === undefined) return;
  const shown: JsonObject = {
    MinAvailable: spec['minAvailable'],
    Selector: isJsonObject(spec['selector']) ? spec['selector'] : null,
    MaxUnavailable: spec['maxUnavailable'],
    UnhealthyPodEvictionPolicy: spec['unhealthyPodEvictionPolicy'] ?? null,
  };
  problems.invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set');
};
