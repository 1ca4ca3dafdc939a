import type { JsonObject, KubernetesObject } from '@capstan/object';
import { compact, writeStatus, type SimulationContext } from './context.ts';
import type { Informer } from './informer.ts';
import { matchesLabels } from './label-selector.ts';
import { PODS, REPLICA_SETS } from './resources.ts';
import {
  controllerOf,
  generationOf,
  isDeleting,
  keyOf,
  labelsOf,
  namespaceOf,
  objectAt,
  objectsAt,
  textAt,
  timeText,
  uidOf,
} from './read.ts';
import { createPod, deletePod } from './told-pods.ts';
import { wantedReplicas } from './replica-set-math.ts';
import { availableIn, byExpendability, isActive, isReady, podFromTemplate, podNamePrefix } from './workload-pods.ts';

/** Pods made or deleted for one ReplicaSet in one pass; the rest follows in the next. */
const MAX_BURST = 500;
const COMPONENT = 'replicaset-controller';

/** Runs the ReplicaSet controller: keeps as many pods as the set wants, and counts them. */
export function startReplicaSets(context: SimulationContext): void {
  const sets = context.informer(REPLICA_SETS);
  const pods = context.informer(PODS);
  const lane = context.lane('replicaset', (key) => {
    const set = sets.byKey(key);
    if (set === undefined) return;
    const again = reconcile(context, pods, set);
    if (again !== undefined) lane.addAfter(key, again);
  });
  sets.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  pods.subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'ReplicaSet') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
}

function reconcile(context: SimulationContext, pods: Informer, set: KubernetesObject): number | undefined {
  const before = pods.controlledBy(uidOf(set)).filter(isActive);
  const failure = isDeleting(set) ? undefined : adjust(context, set, before);
  const owned = pods.controlledBy(uidOf(set));
  const active = owned.filter(isActive);
  const waits = active.map((pod) => availableIn(context, set, pod)).filter((wait) => wait !== undefined);
  const labels = objectAt(set, 'spec', 'template', 'metadata', 'labels');
  const status = compact({
    availableReplicas: waits.filter((wait) => wait === 0).length || undefined,
    conditions: failureConditions(context, set, failure),
    fullyLabeledReplicas: active.filter((pod) => matchesLabels(labels, labelsOf(pod))).length || undefined,
    observedGeneration: generationOf(set),
    readyReplicas: active.filter(isReady).length || undefined,
    replicas: active.length,
    terminatingReplicas: owned.filter(isDeleting).length,
  });
  writeStatus(context, REPLICA_SETS, set, status);
  if (failure !== undefined) throw failure;
  if (active.length < wantedReplicas(set) && before.length !== active.length) return 0;
  const next = Math.min(...waits.filter((wait) => wait > 0));
  return Number.isFinite(next) ? next : undefined;
}

/** Makes or deletes pods; a refusal (quota, admission) is returned, to be shown and tried again. */
function adjust(
  context: SimulationContext,
  set: KubernetesObject,
  active: readonly KubernetesObject[],
): Error | undefined {
  const difference = wantedReplicas(set) - active.length;
  const template = objectAt(set, 'spec', 'template');
  try {
    for (let made = 0; made < Math.min(difference, MAX_BURST); made++) {
      const pod = podFromTemplate(set, template, { generateName: podNamePrefix(set) });
      createPod(context, set, pod, COMPONENT);
    }
  } catch (error) {
    return error instanceof Error ? error : new TypeError('a thrown value that is no error');
  }
  if (difference < 0) {
    for (const pod of [...active].sort(byExpendability).slice(0, Math.min(-difference, MAX_BURST))) {
      deletePod(context, set, pod, COMPONENT);
    }
  }
  return undefined;
}

function failureConditions(
  context: SimulationContext,
  set: KubernetesObject,
  failure: Error | undefined,
): readonly JsonObject[] | undefined {
  const others = objectsAt(set, 'status', 'conditions').filter((each) => each['type'] !== 'ReplicaFailure');
  if (failure === undefined) return others.length === 0 ? undefined : others;
  const old = objectsAt(set, 'status', 'conditions').find((each) => each['type'] === 'ReplicaFailure');
  if (old !== undefined) return [...others, old];
  const lastTransitionTime = timeText(context.clock.now());
  const condition = {
    lastTransitionTime,
    message: failure.message,
    reason: 'FailedCreate',
    status: 'True',
    type: 'ReplicaFailure',
  };
  return [...others, condition];
}
