import type { JsonObject, KubernetesObject } from '@capstan/object';
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
import { createPod, deletePod } from './told-pods.ts';
import { availableIn, isFinished, isReady, podFromTemplate, podNamePrefix } from './workload-pods.ts';

const COMPONENT = 'daemonset-controller';
const GENERATION = 'deprecated.daemonset.template.generation';
const CONDITIONS = ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];

/** Runs the DaemonSet controller: one pod on every node that the template's node selector fits. */
export function startDaemonSets(context: SimulationContext): void {
  const sets = context.informer(DAEMON_SETS);
  const lane = context.lane('daemonset', (key) => {
    const set = sets.byKey(key);
    if (set !== undefined && !isDeleting(set)) reconcile(context, set);
  });
  sets.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(keyOf(object));
  });
  context.informer(PODS).subscribe(({ object }) => {
    const owner = controllerOf(object);
    if (owner?.['kind'] === 'DaemonSet') lane.add(`${namespaceOf(object)}/${textAt(owner, 'name')}`);
  });
  context.informer(NODES).subscribe(({ type, old }) => {
    if (type === 'MODIFIED' && old !== undefined) return;
    for (const set of sets.all()) lane.add(keyOf(set));
  });
}

function reconcile(context: SimulationContext, set: KubernetesObject): void {
  const { hash } = revisionOf(context, set, {});
  const selector = objectAt(set, 'spec', 'template', 'spec', 'nodeSelector');
  const nodes = [...context.informer(NODES).all()].filter((node) => matchesLabels(selector, labelsOf(node)));
  const pods = context.informer(PODS);
  let deleted = false;
  for (const node of nodes) {
    const own = pods.controlledBy(uidOf(set)).filter((pod) => nodeOf(pod) === nameOf(node));
    const live = own.filter((pod) => !isDeleting(pod));
    const pod = live[0];
    if (pod === undefined && own.length === 0) create(context, set, node, hash);
    else if (pod !== undefined && !deleted && (isFinished(pod) || isOutdated(set, pod, hash))) {
      deleted = true;
      deletePod(context, set, pod, COMPONENT);
    }
  }
  const wanted = new Set(nodes.map(nameOf));
  for (const pod of pods.controlledBy(uidOf(set))) {
    if (!wanted.has(nodeOf(pod)) && !isDeleting(pod)) deletePod(context, set, pod, COMPONENT);
  }
  report(context, set, hash, wanted);
}

function isOutdated(set: KubernetesObject, pod: KubernetesObject, hash: string): boolean {
  const rolling = textAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  return rolling && labelsOf(pod)['controller-revision-hash'] !== hash;
}

function report(context: SimulationContext, set: KubernetesObject, hash: string, wanted: ReadonlySet<string>): void {
  const pods = context
    .informer(PODS)
    .controlledBy(uidOf(set))
    .filter((pod) => wanted.has(nodeOf(pod)) && !isDeleting(pod));
  const available = pods.filter((pod) => availableIn(context, set, pod) === 0).length;
  const status = compact({
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: wanted.size,
    numberAvailable: available || undefined,
    numberMisscheduled: 0,
    numberReady: pods.filter(isReady).length,
    numberUnavailable: wanted.size - available || undefined,
    observedGeneration: generationOf(set),
    updatedNumberScheduled:
      pods.filter((pod) => labelsOf(pod)['controller-revision-hash'] === hash).length || undefined,
  });
  writeStatus(context, DAEMON_SETS, set, status);
}

function create(context: SimulationContext, set: KubernetesObject, node: KubernetesObject, hash: string): void {
  const template = objectAt(set, 'spec', 'template');
  const pod = podFromTemplate(set, template, { generateName: podNamePrefix(set) });
  const labels = {
    ...objectAt(template, 'metadata', 'labels'),
    'controller-revision-hash': hash,
    'pod-template-generation': annotationOf(set, GENERATION) || '1',
  };
  const spec = objectAt(template, 'spec');
  const placed: JsonObject = {
    ...spec,
    affinity: { ...objectAt(spec, 'affinity'), nodeAffinity: pinnedTo(nameOf(node)) },
    tolerations: [...objectsAt(spec, 'tolerations'), ...daemonTolerations()],
  };
  const object = { ...pod, metadata: { ...pod.metadata, labels }, spec: placed };
  createPod(context, set, object, COMPONENT);
}

function pinnedTo(node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
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
  const affinity = objectAt(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return textAt(affinity, 'nodeSelectorTerms', 0, 'matchFields', 0, 'values', 0);
}
