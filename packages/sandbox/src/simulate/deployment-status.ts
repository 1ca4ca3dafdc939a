import type { JsonObject, JsonValue, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { compact, type SimulationContext } from './context.ts';
import { conditionOf, generationOf, nameOf, numberAt, objectsAt, textAt, timeAt, timeText } from './read.ts';
import { statusCount, sumOf, surgeOf, wantedReplicas } from './replica-set-math.ts';

const DEFAULT_DEADLINE_SECONDS = 600;
/** A Deployment without a deadline carries the largest int32. */
const NO_DEADLINE = 2_147_483_647;

/** The counts and the Available condition that follow from a Deployment's ReplicaSets. */
export function deploymentStatus(
  context: SimulationContext,
  deployment: KubernetesObject,
  sets: readonly KubernetesObject[],
  newSet: KubernetesObject | undefined,
): JsonObject {
  const available = sumOf(sets, (set) => statusCount(set, 'availableReplicas'));
  const wanted = sumOf(sets, wantedReplicas);
  const collisions = getPath(deployment, 'status', 'collisionCount');
  const minimum = wantedReplicas(deployment) - surgeOf(deployment).maxUnavailable;
  const enough = available >= minimum;
  const condition = {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  };
  return compact({
    availableReplicas: available || undefined,
    collisionCount: collisions,
    conditions: setCondition(context, objectsAt(deployment, 'status', 'conditions'), condition),
    observedGeneration: generationOf(deployment),
    readyReplicas: sumOf(sets, (set) => statusCount(set, 'readyReplicas')) || undefined,
    replicas: sumOf(sets, (set) => statusCount(set, 'replicas')) || undefined,
    terminatingReplicas: sumOf(sets, (set) => statusCount(set, 'terminatingReplicas')),
    unavailableReplicas: Math.max(0, wanted - available) || undefined,
    updatedReplicas: (newSet === undefined ? 0 : statusCount(newSet, 'replicas')) || undefined,
  });
}

/** The status with its Progressing condition: what the rollout just did, how far it is, or that it is late. */
export function progressCondition(
  context: SimulationContext,
  deployment: KubernetesObject,
  status: JsonObject,
  newSet: KubernetesObject | undefined,
  progress: 'created' | 'found' | undefined,
): JsonObject {
  if (!hasDeadline(deployment)) return withoutProgressing(status);
  const set = (base: JsonObject, reason: string, value: string, message: string): JsonObject => ({
    ...base,
    conditions: setCondition(context, objectsAt(base, 'conditions'), {
      type: 'Progressing',
      status: value,
      reason,
      message,
    }),
  });
  const reason = textAt(conditionOf(status, 'Progressing'), 'reason');
  if (getPath(deployment, 'spec', 'paused') === true) {
    if (reason === 'ProgressDeadlineExceeded' || reason === 'DeploymentPaused') return status;
    return set(status, 'DeploymentPaused', 'Unknown', 'Deployment is paused');
  }
  let next = status;
  if (reason === 'DeploymentPaused') next = set(next, 'DeploymentResumed', 'Unknown', 'Deployment is resumed');
  if (newSet !== undefined && progress === 'created') {
    next = set(next, 'NewReplicaSetCreated', 'True', `Created new replica set "${nameOf(newSet)}"`);
  } else if (newSet !== undefined && reason === '') {
    next = set(next, 'FoundNewReplicaSet', 'True', `Found new replica set "${nameOf(newSet)}"`);
  }
  const current = conditionOf(next, 'Progressing');
  const settled = numberAt(next, 0, 'replicas') === numberAt(next, 0, 'updatedReplicas');
  if (settled && current?.['reason'] === 'NewReplicaSetAvailable') return next;
  const subject = newSet === undefined ? `Deployment "${nameOf(deployment)}"` : `ReplicaSet "${nameOf(newSet)}"`;
  if (isComplete(deployment, next)) {
    return set(next, 'NewReplicaSetAvailable', 'True', `${subject} has successfully progressed.`);
  }
  if (hasProgressed(deployment, next)) return progressed(context, next, current, `${subject} is progressing.`);
  if (isLate(context, deployment, current)) {
    return set(next, 'ProgressDeadlineExceeded', 'False', `${subject} has timed out progressing.`);
  }
  return next;
}

/** Each step forward counts: the deadline starts again with it. */
function progressed(
  context: SimulationContext,
  status: JsonObject,
  current: JsonObject | undefined,
  message: string,
): JsonObject {
  const rest = objectsAt(status, 'conditions').filter((condition) => condition['type'] !== 'Progressing');
  const kept = current?.['status'] === 'True' ? textAt(current, 'lastTransitionTime') : '';
  const now = timeText(context.clock.now());
  const condition = {
    lastTransitionTime: kept === '' ? now : kept,
    lastUpdateTime: now,
    message,
    reason: 'ReplicaSetUpdated',
    status: 'True',
    type: 'Progressing',
  };
  return { ...status, conditions: [...rest, condition] };
}

/** Milliseconds until the deadline of a rollout under way. */
export function nextDeadline(
  context: SimulationContext,
  deployment: KubernetesObject,
  status: JsonObject,
): number | undefined {
  const current = conditionOf(status, 'Progressing');
  if (current === undefined || !hasDeadline(deployment) || getPath(deployment, 'spec', 'paused') === true)
    return undefined;
  if (current['reason'] === 'NewReplicaSetAvailable' || current['reason'] === 'ProgressDeadlineExceeded')
    return undefined;
  const due = timeAt(current, 'lastUpdateTime') + deadlineSeconds(deployment) * 1000;
  // Times are kept to the second, so wait for the next one.
  return Math.max(0, due - context.clock.now().getTime()) + 1000;
}

function deadlineSeconds(deployment: KubernetesObject): number {
  return numberAt(deployment, DEFAULT_DEADLINE_SECONDS, 'spec', 'progressDeadlineSeconds');
}

function hasDeadline(deployment: KubernetesObject): boolean {
  return deadlineSeconds(deployment) !== NO_DEADLINE;
}

function isComplete(deployment: KubernetesObject, status: JsonObject): boolean {
  const wanted = wantedReplicas(deployment);
  return ['updatedReplicas', 'replicas', 'availableReplicas'].every((field) => numberAt(status, 0, field) === wanted);
}

function hasProgressed(deployment: KubernetesObject, status: JsonObject): boolean {
  const before = (field: string): number => statusCount(deployment, field);
  const after = (field: string): number => numberAt(status, 0, field);
  return (
    after('updatedReplicas') > before('updatedReplicas') ||
    after('replicas') - after('updatedReplicas') < before('replicas') - before('updatedReplicas') ||
    after('readyReplicas') > before('readyReplicas') ||
    after('availableReplicas') > before('availableReplicas')
  );
}

function isLate(context: SimulationContext, deployment: KubernetesObject, current: JsonObject | undefined): boolean {
  if (current === undefined || current['reason'] === 'NewReplicaSetAvailable') return false;
  if (current['reason'] === 'ProgressDeadlineExceeded') return true;
  return timeAt(current, 'lastUpdateTime') + deadlineSeconds(deployment) * 1000 <= context.clock.now().getTime();
}

function withoutProgressing(status: JsonObject): JsonObject {
  return { ...status, conditions: objectsAt(status, 'conditions').filter((each) => each['type'] !== 'Progressing') };
}

/** Sets a condition: the same status and reason leave the old one, a changed one goes to the end of the list. */
function setCondition(
  context: SimulationContext,
  conditions: readonly JsonObject[],
  wanted: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string },
): readonly JsonValue[] {
  const old = conditions.find((condition) => condition['type'] === wanted.type);
  if (old?.['status'] === wanted.status && old['reason'] === wanted.reason) return conditions;
  const now = timeText(context.clock.now());
  const since = old?.['status'] === wanted.status ? textAt(old, 'lastTransitionTime') : now;
  const condition = { lastTransitionTime: since, lastUpdateTime: now, ...wanted };
  return [...conditions.filter((each) => each['type'] !== wanted.type), condition];
}
