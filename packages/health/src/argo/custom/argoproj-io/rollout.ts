import type { KubernetesObject } from '@capstan/object';
import { firstMatch, when } from '../conditions.ts';
import { generationOf } from '../generation.ts';
import { get, isLess, isTrue, list, numberOf, peek, type Value } from '../value.ts';
import { healthy, judged, progressing, suspended, type Check, type Verdict } from '../verdict.ts';

const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

const failures = [
  when({ type: 'InvalidSpec' }, 'Degraded'),
  when({ type: 'Progressing', reason: ['RolloutAborted', 'ProgressDeadlineExceeded'] }, 'Degraded'),
];

/** Health of an Argo Rollout: its phase; without one (before version 1.0), what its status adds up to. */
export const rolloutHealth: Check = (object) => {
  if (!isSpecObserved(object) || !isWorkloadObserved(object)) {
    return progressing('Waiting for rollout spec update to be observed');
  }
  const status = get(object, 'status');
  const phase = get(status, 'phase');
  if (phase !== undefined) return judged(phase === 'Paused' ? 'Suspended' : phase, get(status, 'message'));
  const failure = firstMatch(object, list(get(status, 'conditions')), failures);
  if (failure !== undefined) return failure;
  if (isPaused(object)) return suspended('Rollout is paused');
  if (get(status, 'currentPodHash') === undefined) {
    return progressing('Waiting for rollout to finish: status has not been reconciled.');
  }
  return byReplicas(object) ?? byStrategy(object) ?? healthy('');
};

/** An observed generation that is no number (a hash, of old controllers) or is ahead counts as seen. */
function isSpecObserved(object: KubernetesObject): boolean {
  if (get(object, 'status') === undefined) return false;
  const seen = numberOf(get(object, 'status', 'observedGeneration'));
  const generation = generationOf(object);
  return seen === undefined || isLess(generation, seen) || seen === generation;
}

function isWorkloadObserved(object: KubernetesObject): boolean {
  const annotations = get(object, 'metadata', 'annotations');
  if (get(object, 'spec', 'workloadRef') === undefined || annotations === undefined) return true;
  const seen = numberOf(get(object, 'status', 'workloadObservedGeneration'));
  return numberOf(get(annotations, WORKLOAD_GENERATION)) === seen;
}

function isPaused(object: KubernetesObject): boolean {
  const pauses = get(object, 'status', 'pauseConditions');
  return (pauses !== undefined && list(pauses).length > 0) || isTrue(get(object, 'spec', 'paused'));
}

function replicasIn(object: KubernetesObject, field: string): Value {
  return get(object, 'status', field) ?? 0;
}

function byReplicas(object: KubernetesObject): Verdict | undefined {
  const updated = replicasIn(object, 'updatedReplicas');
  if (isLess(updated, get(object, 'spec', 'replicas') ?? 1)) {
    return progressing('Waiting for roll out to finish: More replicas need to be updated');
  }
  if (isLess(replicasIn(object, 'availableReplicas'), updated)) {
    return progressing('Waiting for roll out to finish: updated replicas are still becoming available');
  }
  return undefined;
}

function stableHash(status: Value): Value {
  const stable = get(status, 'stableRS');
  if (stable !== undefined) return stable;
  const canary = get(status, 'canary');
  return canary === undefined ? '' : get(canary, 'stableRS');
}

function byStrategy(object: KubernetesObject): Verdict | undefined {
  const status = get(object, 'status');
  const current = get(status, 'currentPodHash');
  const stable = stableHash(status);
  const strategy = get(object, 'spec', 'strategy');
  if (get(strategy, 'blueGreen') !== undefined) {
    const active = peek(status, 'blueGreen', 'activeSelector');
    if (active === undefined || active !== current) return progressing('active service cutover pending');
    return stable === '' || stable === current ? undefined : progressing('waiting for analysis to complete');
  }
  if (get(strategy, 'canary') === undefined) return undefined;
  if (isLess(replicasIn(object, 'updatedReplicas'), replicasIn(object, 'replicas'))) {
    return progressing('Waiting for roll out to finish: old replicas are pending termination');
  }
  if (stable === '' || stable !== current) return progressing('Waiting for rollout to finish steps');
  return undefined;
}
