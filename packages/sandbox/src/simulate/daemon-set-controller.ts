import { getPath, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { compact, writeStatus, type SimulationContext } from './context.ts';
import { matchesLabels } from './label-selector.ts';
import { DAEMON_SETS, NODES, PODS } from './resources.ts';
import {
  annotationOf,
  controllerOf,
  generationOf,
  isDeleting,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  objectAt,
  objectsAt,
  textAt,
  uidOf,
} from './read.ts';
import { revisionOf } from './revision.ts';
import { matchesAffinity, tolerates } from './scheduler.ts';
import { createPod, deletePod } from './told-pods.ts';
import { availableIn, isFinished, isReady, podFromTemplate, podNamePrefix } from './workload-pods.ts';

const COMPONENT = 'daemonset-controller';
const HASH = 'controller-revision-hash';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const GENERATION = 'deprecated.daemonset.template.generation';
const CONDITIONS = ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];

/** Runs the DaemonSet controller: one pod on every node that the template fits, replaced as its strategy says. */
export function startDaemonSets(context: SimulationContext): void {
  const sets = context.informer(DAEMON_SETS);
  const lane = context.lane('daemonset', (key) => {
    const set = sets.byKey(key);
    if (set === undefined || isDeleting(set)) return;
    reconcile(context, set);
    const waits = context
      .informer(PODS)
      .controlledBy(uidOf(set))
      .map((pod) => availableIn(context, set, pod) ?? 0);
    const next = Math.min(...waits.filter((wait) => wait > 0));
    if (Number.isFinite(next)) lane.addAfter(key, next);
  });
  sets.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  context.informer(PODS).subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'DaemonSet') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
  context.informer(NODES).subscribe(({ object: node }) => {
    for (const set of sets.all()) if (concerns(context, set, node)) lane.add(keyOf(set));
  });
}

/** Whether a node lacks a pod of the set that it is to have, or has one that it may not: else nothing is done for it. */
function concerns(context: SimulationContext, set: KubernetesObject, node: KubernetesObject): boolean {
  const isThere = context.informer(NODES).get('', nameOf(node)) !== undefined;
  const place = isThere ? placeOn(set, node) : 'leave';
  if (place === 'keep') return false;
  const pods = context.informer(PODS).controlledBy(uidOf(set));
  return pods.some((pod) => nodeOf(pod) === nameOf(node)) === (place === 'leave');
}

function reconcile(context: SimulationContext, set: KubernetesObject): void {
  const { hash } = revisionOf(context, set, {});
  const pods = context.informer(PODS).controlledBy(uidOf(set));
  const wanted = new Set<string>();
  for (const node of context.informer(NODES).all()) {
    const own = pods.filter((pod) => nodeOf(pod) === nameOf(node));
    const place = placeOn(set, node);
    if (place === 'run') wanted.add(nameOf(node));
    if (place === 'run' && own.length === 0) create(context, set, node, hash);
    for (const pod of own) {
      if (!isDeleting(pod) && (place === 'leave' || isFinished(pod))) deletePod(context, set, pod, COMPONENT);
    }
  }
  const nodes = new Set([...context.informer(NODES).all()].map(nameOf));
  for (const pod of pods) {
    if (!nodes.has(nodeOf(pod)) && !isDeleting(pod)) deletePod(context, set, pod, COMPONENT);
  }
  if (textAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete') roll(context, set, hash, wanted);
  report(context, set, hash, wanted);
}

/** Whether a node is to have a pod of the set, may keep the one that it has, or may not. */
function placeOn(set: KubernetesObject, node: KubernetesObject): 'run' | 'keep' | 'leave' {
  const pod = placedSpec(set, nameOf(node));
  if (!matchesLabels(objectAt(pod, 'spec', 'nodeSelector'), labelsOf(node)) || !matchesAffinity(node, pod)) {
    return 'leave';
  }
  const repelled = objectsAt(node, 'spec', 'taints').filter((taint) => !tolerates(pod, taint));
  if (repelled.length === 0) return 'run';
  return repelled.some((taint) => taint['effect'] === 'NoExecute') ? 'leave' : 'keep';
}

/** Replaces outdated pods: unavailable ones at once, others as far as pods may be away, or new ones beside them. */
function roll(context: SimulationContext, set: KubernetesObject, hash: string, wanted: ReadonlySet<string>): void {
  const rolling = objectAt(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const surge = scaledUp(getPath(rolling, 'maxSurge'), 0, wanted.size);
  const allowed = Math.max(scaledUp(getPath(rolling, 'maxUnavailable'), 1, wanted.size), surge === 0 ? 1 : 0);
  const pods = context.informer(PODS).controlledBy(uidOf(set));
  const isNew = (pod: KubernetesObject): boolean => labelsOf(pod)[HASH] === hash;
  const isWell = (pod: KubernetesObject): boolean => !isDeleting(pod) && availableIn(context, set, pod) === 0;
  let away = 0;
  let extra = 0;
  const candidates: KubernetesObject[] = [];
  for (const name of wanted) {
    const own = pods.filter((pod) => nodeOf(pod) === name);
    const fresh = own.find(isNew);
    const old = own.find((pod) => !isNew(pod));
    if (old !== undefined && fresh !== undefined && surge > 0) {
      if (isWell(fresh) && !isDeleting(old)) deletePod(context, set, old, COMPONENT);
      else extra++;
    } else if (old === undefined || fresh !== undefined || isDeleting(old)) {
      if (fresh === undefined || old !== undefined || !isWell(fresh)) away++;
    } else if (isWell(old)) candidates.push(old);
    else {
      away++;
      deletePod(context, set, old, COMPONENT);
    }
  }
  if (surge === 0) {
    for (const pod of candidates.slice(0, Math.max(0, allowed - away))) deletePod(context, set, pod, COMPONENT);
    return;
  }
  for (const pod of candidates.slice(0, Math.max(0, surge - extra))) {
    const node = context.informer(NODES).get('', nodeOf(pod));
    if (node !== undefined) create(context, set, node, hash);
  }
}

/** A count, or a share of the nodes, rounded up. */
function scaledUp(value: JsonValue | undefined, otherwise: number, nodes: number): number {
  if (typeof value === 'string') return Math.ceil((Number.parseInt(value, 10) * nodes) / 100);
  return typeof value === 'number' ? value : otherwise;
}

function report(context: SimulationContext, set: KubernetesObject, hash: string, wanted: ReadonlySet<string>): void {
  const pods = context
    .informer(PODS)
    .controlledBy(uidOf(set))
    .filter((pod) => !isDeleting(pod));
  const on = (node: string): KubernetesObject | undefined => pods.find((pod) => nodeOf(pod) === node);
  const placed = [...wanted].flatMap((node) => on(node) ?? []);
  const available = placed.filter((pod) => availableIn(context, set, pod) === 0).length;
  const updated = placed.filter((pod) => labelsOf(pod)[HASH] === hash).length;
  const status = compact({
    currentNumberScheduled: placed.length,
    desiredNumberScheduled: wanted.size,
    numberAvailable: available || undefined,
    numberMisscheduled: new Set(pods.map(nodeOf).filter((node) => !wanted.has(node))).size,
    numberReady: placed.filter(isReady).length,
    numberUnavailable: wanted.size - available || undefined,
    observedGeneration: generationOf(set),
    updatedNumberScheduled: updated || undefined,
  });
  writeStatus(context, DAEMON_SETS, set, status);
}

function create(context: SimulationContext, set: KubernetesObject, node: KubernetesObject, hash: string): void {
  const template = objectAt(set, 'spec', 'template');
  const pod = podFromTemplate(set, template, { generateName: podNamePrefix(set) });
  const labels = {
    ...objectAt(template, 'metadata', 'labels'),
    [HASH]: hash,
    'pod-template-generation': annotationOf(set, GENERATION) || '1',
  };
  const spec = objectAt(placedSpec(set, nameOf(node)), 'spec');
  createPod(context, set, { ...pod, metadata: { ...pod.metadata, labels }, spec }, COMPONENT);
}

/** The template's pod as it is pinned to a node, where each alternative of its own affinity stays. */
function placedSpec(set: KubernetesObject, node: string): JsonObject {
  const spec = objectAt(set, 'spec', 'template', 'spec');
  const own = objectAt(spec, 'affinity', 'nodeAffinity');
  const terms = objectsAt(own, REQUIRED, 'nodeSelectorTerms');
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeSelectorTerms = terms.length === 0 ? [{ matchFields }] : terms.map((term) => ({ ...term, matchFields }));
  const nodeAffinity = { ...own, [REQUIRED]: { nodeSelectorTerms } };
  const tolerations = [...objectsAt(spec, 'tolerations'), ...daemonTolerations()];
  return { spec: { ...spec, affinity: { ...objectAt(spec, 'affinity'), nodeAffinity }, tolerations } };
}

function daemonTolerations(): readonly JsonObject[] {
  return CONDITIONS.map((condition, index) => ({
    effect: index < 2 ? 'NoExecute' : 'NoSchedule',
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
  }));
}

/** The node that a pod is on, or pinned to. */
function nodeOf(pod: KubernetesObject): string {
  const bound = textAt(pod, 'spec', 'nodeName');
  if (bound !== '') return bound;
  const affinity = objectAt(pod, 'spec', 'affinity', 'nodeAffinity', REQUIRED);
  return textAt(affinity, 'nodeSelectorTerms', 0, 'matchFields', 0, 'values', 0);
}
