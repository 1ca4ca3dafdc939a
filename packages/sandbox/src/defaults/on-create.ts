import { gvkOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import { child, children, copyOf, ensureChild, hasItems, setDefault, text, type Draft } from './draft.ts';
import { admitPod } from './pod-admission.ts';

/** What a creation needs from outside: the new object's uid and some letters for generated names. */
export interface Creation {
  readonly uid: string;
  /** Five letters of the alphabet that Kubernetes generates names from. */
  readonly suffix: string;
  /** The time of the request, as it is written: `2026-01-02T03:04:05Z`. */
  readonly now: string;
  /** The class that claims get when they name none. */
  readonly defaultStorageClass?: string;
  /** The service account that a pod runs as. */
  readonly account?: KubernetesObject;
}

/**
 * What the API server does to a new object after its defaults: the first status, finalizers, a Job's own selector,
 * and what the usual admission plugins add to Pods and claims. Fresh copy.
 */
export function prepareForCreate(object: KubernetesObject, creation: Creation): KubernetesObject {
  const result = copyOf(object);
  const draft = result as unknown as Draft;
  const { group, kind } = gvkOf(object);
  const rule = RULES.get(`${group}/${kind}`);
  rule?.(draft, creation);
  return result;
}

const RULES: ReadonlyMap<string, (draft: Draft, creation: Creation) => void> = new Map([
  ['/Pod', (draft, creation) => admitPod(draft, creation.suffix, creation.account)],
  ['/Namespace', prepareNamespace],
  ['/Service', (draft) => (draft['status'] = { loadBalancer: {} })],
  ['/PersistentVolumeClaim', prepareClaim],
  ['/PersistentVolume', prepareVolume],
  ['/ReplicationController', (draft) => (draft['status'] = { replicas: 0 })],
  ['apps/Deployment', (draft) => (draft['status'] = {})],
  ['apps/ReplicaSet', (draft) => (draft['status'] = { replicas: 0 })],
  ['apps/StatefulSet', (draft) => (draft['status'] = { availableReplicas: 0, replicas: 0 })],
  ['batch/Job', prepareJob],
  ['batch/CronJob', (draft) => (draft['status'] = {})],
  ['networking.k8s.io/Ingress', (draft) => (draft['status'] = { loadBalancer: {} })],
  [
    'policy/PodDisruptionBudget',
    (draft) => (draft['status'] = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }),
  ],
  ['autoscaling/HorizontalPodAutoscaler', prepareAutoscaler],
  ['apiextensions.k8s.io/CustomResourceDefinition', prepareDefinition],
  ['apps/DaemonSet', prepareDaemonSet],
  ['/ResourceQuota', (draft) => (draft['status'] = {})],
] as const satisfies readonly (readonly [string, (draft: Draft, creation: Creation) => unknown])[]);

function prepareNamespace(draft: Draft): void {
  const spec = ensureChild(draft, 'spec');
  const finalizers: readonly JsonValue[] = Array.isArray(spec['finalizers']) ? (spec['finalizers'] as JsonValue[]) : [];
  if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes'];
  draft['status'] = { phase: 'Active' };
}

function prepareClaim(draft: Draft, creation: Creation): void {
  addFinalizer(draft, 'kubernetes.io/pvc-protection');
  const spec = ensureChild(draft, 'spec');
  // An empty name asks for no class at all.
  if (creation.defaultStorageClass !== undefined && spec['storageClassName'] === undefined) {
    spec['storageClassName'] = creation.defaultStorageClass;
  }
  draft['status'] = { phase: 'Pending' };
}

function prepareVolume(draft: Draft, creation: Creation): void {
  addFinalizer(draft, 'kubernetes.io/pv-protection');
  draft['status'] = { phase: 'Pending', lastPhaseTransitionTime: creation.now };
}

function prepareAutoscaler(draft: Draft): void {
  draft['status'] =
    text(draft, 'apiVersion') === 'autoscaling/v1'
      ? { currentReplicas: 0, desiredReplicas: 0 }
      : { currentMetrics: null, desiredReplicas: 0 };
}

/** Without `manualSelector`, a Job selects its Pods by its own uid, and labels its template to match. */
function prepareJob(draft: Draft, creation: Creation): void {
  draft['status'] = {};
  const spec = ensureChild(draft, 'spec');
  const metadata = ensureChild(draft, 'metadata');
  const template = child(child(spec, 'template'), 'metadata');
  if (spec['manualSelector'] !== true) generateSelector(draft, spec, creation);
  const templateLabels = child(template, 'labels');
  if (templateLabels !== undefined && !hasItems(metadata, 'labels')) metadata['labels'] = { ...templateLabels };
}

function generateSelector(draft: Draft, spec: Draft, creation: Creation): void {
  const labels = ensureChild(ensureChild(ensureChild(spec, 'template'), 'metadata'), 'labels');
  const name = text(child(draft, 'metadata'), 'name');
  for (const prefix of ['', 'batch.kubernetes.io/']) {
    setDefault(labels, `${prefix}controller-uid`, creation.uid);
    setDefault(labels, `${prefix}job-name`, name);
  }
  const selector = ensureChild(spec, 'selector');
  const match = ensureChild(selector, 'matchLabels');
  setDefault(match, 'batch.kubernetes.io/controller-uid', creation.uid);
}

function prepareDaemonSet(draft: Draft): void {
  const annotations = ensureChild(ensureChild(draft, 'metadata'), 'annotations');
  setDefault(annotations, 'deprecated.daemonset.template.generation', '1');
  draft['status'] = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
}

function prepareDefinition(draft: Draft): void {
  const stored = children(child(draft, 'spec'), 'versions').filter((version) => version['storage'] === true);
  const names: JsonValue = { kind: '', plural: '' };
  draft['status'] = {
    acceptedNames: names,
    conditions: null,
    storedVersions: stored.map((version) => text(version, 'name')),
  };
}

function addFinalizer(draft: Draft, finalizer: string): void {
  const metadata = ensureChild(draft, 'metadata');
  const known = metadata['finalizers'];
  if (!Array.isArray(known)) metadata['finalizers'] = [finalizer];
  else if (!known.includes(finalizer)) metadata['finalizers'] = [...(known as readonly JsonValue[]), finalizer];
}
