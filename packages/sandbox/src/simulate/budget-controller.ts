import type { KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { writeStatus, type SimulationContext } from './context.ts';
import { matchesSelector } from './label-selector.ts';
import { BUDGETS, PODS, REPLICA_SETS, STATEFUL_SETS } from './resources.ts';
import {
  controllerOf,
  generationOf,
  isDeleting,
  keyOf,
  labelsOf,
  namespaceOf,
  objectsAt,
  textAt,
  timeText,
} from './read.ts';
import { resolveIntOrPercent, wantedReplicas } from './replica-set-math.ts';
import { isFinished, isReady } from './workload-pods.ts';

/** Runs the PodDisruptionBudget controller: how many pods may be missed at the moment. */
export function startBudgets(context: SimulationContext): void {
  const budgets = context.informer(BUDGETS);
  const lane = context.lane('budget', (key) => {
    const budget = budgets.byKey(key);
    if (budget !== undefined && !isDeleting(budget)) reconcile(context, budget);
  });
  budgets.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  context.informer(PODS).subscribe(({ object }) => {
    for (const budget of budgets.inNamespace(namespaceOf(object))) {
      if (matchesSelector(getPath(budget, 'spec', 'selector'), labelsOf(object))) lane.add(keyOf(budget));
    }
  });
}

function reconcile(context: SimulationContext, budget: KubernetesObject): void {
  const selector = getPath(budget, 'spec', 'selector');
  const pods = [...context.informer(PODS).inNamespace(namespaceOf(budget))].filter(
    (pod) => matchesSelector(selector, labelsOf(pod)) && !isFinished(pod) && !isDeleting(pod),
  );
  const minimum = getPath(budget, 'spec', 'minAvailable');
  const maximum = getPath(budget, 'spec', 'maxUnavailable');
  const expected = typeof minimum === 'number' ? pods.length : expectedPods(context, pods);
  const desired =
    minimum === undefined
      ? Math.max(0, expected - resolveIntOrPercent(maximum, expected, true))
      : resolveIntOrPercent(minimum, expected, true);
  const healthy = pods.filter(isReady).length;
  const allowed = Math.max(0, Math.min(healthy - desired, expected));
  const enough = allowed > 0;
  const old = objectsAt(budget, 'status', 'conditions').find((each) => each['type'] === 'DisruptionAllowed');
  const status = enough ? 'True' : 'False';
  const since = old?.['status'] === status ? textAt(old, 'lastTransitionTime') : timeText(context.clock.now());
  const condition = {
    lastTransitionTime: since,
    message: '',
    observedGeneration: generationOf(budget),
    reason: enough ? 'SufficientPods' : 'InsufficientPods',
    status,
    type: 'DisruptionAllowed',
  };
  writeStatus(context, BUDGETS, budget, {
    conditions: [condition],
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration: generationOf(budget),
  });
}

/** The pods that the controllers of these pods want, each controller once. */
function expectedPods(context: SimulationContext, pods: readonly KubernetesObject[]): number {
  const wanted = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    if (owner === undefined) continue;
    const resource =
      owner['kind'] === 'ReplicaSet' ? REPLICA_SETS : owner['kind'] === 'StatefulSet' ? STATEFUL_SETS : undefined;
    const object =
      resource === undefined ? undefined : context.informer(resource).get(namespaceOf(pod), textAt(owner, 'name'));
    if (object !== undefined) wanted.set(textAt(owner, 'uid'), wantedReplicas(object));
  }
  return [...wanted.values()].reduce((total, count) => total + count, 0);
}
