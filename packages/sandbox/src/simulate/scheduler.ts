import type { JsonObject, KubernetesObject } from '@capstan/object';
import { getPath } from '@capstan/object';
import { SCHEDULER, writeStatus, type SimulationContext } from './context.ts';
import { claimReference, claimsOf, SELECTED_NODE } from './claim-controller.ts';
import { matchesExpression, matchesLabels } from './label-selector.ts';
import { CLAIMS, NODES, PODS, VOLUMES } from './resources.ts';
import { classOf, matchingVolume, provisions, waitsForConsumer } from './volume-match.ts';
import {
  conditionOf,
  generationOf,
  isDeleting,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  objectAt,
  objectsAt,
  textAt,
  timeText,
} from './read.ts';
import { isFinished } from './workload-pods.ts';

const NO_HELP = 'Preemption is not helpful for scheduling.';

/** Runs the scheduler: binds pods to a node that fits, or says why none does. */
export function startScheduler(context: SimulationContext): void {
  const pods = context.informer(PODS);
  const nodes = context.informer(NODES);
  const waiting = new Set<string>();
  const lane = context.lane('scheduler', (key) => {
    const pod = pods.byKey(key);
    if (pod === undefined || !needsNode(pod)) {
      waiting.delete(key);
      return;
    }
    const refusals = [...nodes.all()].map((node) => ({ node, refusal: refusalOf(context, node, pod) }));
    const fit = refusals.find(({ refusal }) => refusal === undefined);
    if (fit === undefined) {
      waiting.add(key);
      refuse(
        context,
        pod,
        refusals.map(({ refusal }) => refusal ?? ''),
      );
    } else if (bindClaims(context, pod, nameOf(fit.node))) {
      waiting.add(key);
    } else {
      waiting.delete(key);
      const patch = { spec: { nodeName: nameOf(fit.node) } };
      context.api.patch(PODS, namespaceOf(pod), nameOf(pod), patch, { manager: SCHEDULER });
      const message = `Successfully assigned ${key} to ${nameOf(fit.node)}`;
      context.events.recordScheduling(pod, { type: 'Normal', reason: 'Scheduled', message }, 'Binding');
    }
  });
  pods.subscribe(({ type, object }) => {
    if (type === 'DELETED') waiting.delete(keyOf(object));
    else if (needsNode(object)) lane.add(keyOf(object));
  });
  const retry = (): void => {
    for (const key of waiting) lane.add(key);
  };
  nodes.subscribe(retry);
  context.informer(CLAIMS).subscribe(retry);
  context.informer(VOLUMES).subscribe(retry);
}

function needsNode(pod: KubernetesObject): boolean {
  const gates = objectsAt(pod, 'spec', 'schedulingGates');
  return (
    textAt(pod, 'spec', 'nodeName') === '' &&
    !isDeleting(pod) &&
    !isFinished(pod) &&
    gates.length === 0 &&
    textAt(pod, 'spec', 'schedulerName') === 'default-scheduler'
  );
}

/** Why a node does not take the pod, as the scheduler words it; undefined when it does. */
function refusalOf(context: SimulationContext, node: KubernetesObject, pod: KubernetesObject): string | undefined {
  for (const name of claimsOf(pod)) {
    const claim = context.informer(CLAIMS).get(namespaceOf(pod), name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (isDeleting(claim)) return `persistentvolumeclaim "${name}" is being deleted`;
    if (textAt(claim, 'status', 'phase') === 'Lost') {
      const volume = textAt(claim, 'spec', 'volumeName');
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volume}"`;
    }
    if (isBound(claim)) continue;
    if (!waitsForConsumer(context, claim)) return 'pod has unbound immediate PersistentVolumeClaims';
    if (!canBind(context, claim)) return "node(s) didn't find available persistent volumes to bind";
  }
  if (getPath(node, 'spec', 'unschedulable') === true) return 'node(s) were unschedulable';
  if (!matchesLabels(objectAt(pod, 'spec', 'nodeSelector'), labelsOf(node)) || !matchesAffinity(node, pod)) {
    return "node(s) didn't match Pod's node affinity/selector";
  }
  const taint = objectsAt(node, 'spec', 'taints').find((each) => !tolerates(pod, each));
  if (taint === undefined) return undefined;
  return `node(s) had untolerated taint(s)`;
}

function isBound(claim: KubernetesObject): boolean {
  return textAt(claim, 'spec', 'volumeName') !== '' && textAt(claim, 'status', 'phase') === 'Bound';
}

function canBind(context: SimulationContext, claim: KubernetesObject): boolean {
  const storageClass = classOf(context, claim);
  const isMade = storageClass !== undefined && provisions(storageClass);
  return isMade || matchingVolume(context, claim) !== undefined;
}

/**
 * Has the claims bound that waited for this pod: a volume that fits is reserved, else the claim's class is to make one
 * for the node. Answers whether the pod still waits for any.
 */
function bindClaims(context: SimulationContext, pod: KubernetesObject, node: string): boolean {
  let waits = false;
  for (const name of claimsOf(pod)) {
    const claim = context.informer(CLAIMS).get(namespaceOf(pod), name);
    if (claim === undefined || isBound(claim)) continue;
    waits = true;
    const volume = matchingVolume(context, claim);
    if (volume === undefined) {
      const patch = { metadata: { annotations: { [SELECTED_NODE]: node } } };
      context.api.patch(CLAIMS, namespaceOf(claim), nameOf(claim), patch, { manager: SCHEDULER });
    } else if (getPath(volume, 'spec', 'claimRef') === undefined) {
      const annotations = { 'pv.kubernetes.io/bound-by-controller': 'yes' };
      const patch = { metadata: { annotations }, spec: { claimRef: claimReference(claim) } };
      context.api.patch(VOLUMES, '', nameOf(volume), patch, { manager: SCHEDULER });
    }
  }
  return waits;
}

/** Whether a node fits what a pod requires of it. */
export function matchesAffinity(node: KubernetesObject, pod: JsonObject): boolean {
  const required = getPath(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  if (required === undefined) return true;
  const fields: JsonObject = { 'metadata.name': nameOf(node) };
  return objectsAt(required, 'nodeSelectorTerms').some(
    (term) =>
      objectsAt(term, 'matchExpressions').every((each) => matchesExpression(each, labelsOf(node))) &&
      objectsAt(term, 'matchFields').every((each) => matchesExpression(each, fields)),
  );
}

/** Whether a pod may be on a node with the taint. */
export function tolerates(pod: JsonObject, taint: JsonObject): boolean {
  const effect = textAt(taint, 'effect');
  if (effect === 'PreferNoSchedule') return true;
  return objectsAt(pod, 'spec', 'tolerations').some(
    (each) =>
      (textAt(each, 'effect') === '' || textAt(each, 'effect') === effect) &&
      (textAt(each, 'key') === '' || textAt(each, 'key') === textAt(taint, 'key')) &&
      (textAt(each, 'operator') === 'Exists' || textAt(each, 'value') === textAt(taint, 'value')),
  );
}

function refuse(context: SimulationContext, pod: KubernetesObject, refusals: readonly string[]): void {
  const count = refusals.length;
  const counted = new Map<string, number>();
  for (const refusal of refusals) counted.set(refusal, (counted.get(refusal) ?? 0) + 1);
  const whole = [...counted.keys()].find((each) => each.startsWith('p'));
  const reasons = whole ?? [...counted].map(([reason, times]) => `${times} ${reason}`).join(', ');
  const why = count === 0 ? 'no nodes available to schedule pods' : `0/${count} nodes are available: ${reasons}.`;
  const claims = whole === undefined && count > 0 ? ' no new claims to deallocate,' : '';
  const message = count === 0 ? why : `${why}${claims} preemption: 0/${count} nodes are available: ${count} ${NO_HELP}`;
  const old = conditionOf(getPath(pod, 'status'), 'PodScheduled');
  if (old?.['message'] === message) return;
  const condition = {
    lastProbeTime: null,
    lastTransitionTime: textAt(old, 'lastTransitionTime') || timeText(context.clock.now()),
    message,
    observedGeneration: generationOf(pod),
    reason: 'Unschedulable',
    status: 'False',
    type: 'PodScheduled',
  };
  const status = { ...objectAt(pod, 'status'), conditions: [condition] };
  writeStatus(context, PODS, pod, status, SCHEDULER);
  context.events.recordScheduling(pod, { type: 'Warning', reason: 'FailedScheduling', message }, 'Scheduling');
}
