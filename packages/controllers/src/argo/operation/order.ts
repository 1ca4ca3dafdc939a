import { getPath, type KubernetesObject } from '@capstan/object';
import type { SyncPhase } from '../hooks.ts';
import { isDefinition } from '../tracking.ts';

/** What ordering looks at. Wave and phase move where something else depends on the object. */
export interface OrderedTask {
  phase: SyncPhase;
  wave: number;
  readonly target: KubernetesObject | undefined;
  readonly live: KubernetesObject | undefined;
}

const phaseOrder: Readonly<Record<SyncPhase, number>> = { PreSync: -1, Sync: 0, PostSync: 1, SyncFail: 2 };

// The order of kinds within a wave (gitops-engine pkg/sync/sync_tasks.go); other kinds come last.
const kinds = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];
const kindOrder: ReadonlyMap<string, number> = new Map(kinds.map((kind, index) => [kind, index - kinds.length]));

/** The place of a kind within a wave: below 0 for known kinds, 0 for others. */
export function placeOfKind(kind: string): number {
  return kindOrder.get(kind) ?? 0;
}

/**
 * Sorts tasks by phase, wave, kind and name; then Namespaces move before the first object that lives in them, and CRDs
 * before the first of their kind, taking over its wave and phase.
 */
export function sortTasks<Task extends OrderedTask>(tasks: Task[]): Task[] {
  const sorted = [...tasks].sort(compareTasks);
  moveBefore(
    sorted,
    (object) => (object.kind === 'Namespace' && groupOf(object) === '' ? nameOf(object) : undefined),
    (object) => namespaceOf(object),
  );
  moveBefore(sorted, definedKind, (object) => `${groupOf(object)}/${object.kind}`);
  return sorted;
}

/** Prunes go in reverse: the waves that hold prunes change places, first with last. `pruneLast` ones come after all. */
export function reversePrunes(tasks: readonly OrderedTask[], pruneLast: (live: KubernetesObject) => boolean): void {
  const isPrune = (task: OrderedTask): boolean => task.target === undefined;
  const waves = [...new Set(tasks.filter(isPrune).map((task) => task.wave))].sort((left, right) => left - right);
  const mirrored = new Map(waves.map((wave, index) => [wave, waves[waves.length - 1 - index] ?? wave]));
  for (const task of tasks) if (isPrune(task)) task.wave = mirrored.get(task.wave) ?? task.wave;
  const last = tasks.reduce((wave, task) => (task.phase === 'Sync' ? Math.max(wave, task.wave) : wave), 0) + 1;
  for (const task of tasks) if (isPrune(task) && task.live !== undefined && pruneLast(task.live)) task.wave = last;
}

/** Compares two tasks by phase, wave, kind and name. */
export function compareTasks(left: OrderedTask, right: OrderedTask): number {
  const a = left.target ?? left.live;
  const b = right.target ?? right.live;
  return (
    phaseOrder[left.phase] - phaseOrder[right.phase] ||
    left.wave - right.wave ||
    placeOfKind(a?.kind ?? '') - placeOfKind(b?.kind ?? '') ||
    compareText(nameOf(a), nameOf(b)) ||
    compareText(namespaceOf(a) ?? '', namespaceOf(b) ?? '')
  );
}

function moveBefore<Task extends OrderedTask>(
  tasks: Task[],
  provides: (object: KubernetesObject) => string | undefined,
  needs: (object: KubernetesObject) => string | undefined,
): void {
  const firstNeed = new Map<string, number>();
  for (let at = 0; at < tasks.length; at++) {
    const task = tasks[at];
    if (task?.target === undefined) continue;
    const provided = provides(task.target);
    if (provided === undefined) {
      const needed = needs(task.target);
      if (needed !== undefined && !firstNeed.has(needed)) firstNeed.set(needed, at);
      continue;
    }
    const to = firstNeed.get(provided);
    const before = to === undefined ? undefined : tasks[to];
    if (to === undefined || before === undefined) continue;
    task.wave = before.wave;
    task.phase = before.phase;
    tasks.splice(at, 1);
    tasks.splice(to, 0, task);
    for (const [key, index] of firstNeed) if (index >= to) firstNeed.set(key, index + 1);
  }
}

function definedKind(object: KubernetesObject): string | undefined {
  if (!isDefinition(object)) return undefined;
  const group = getPath(object, 'spec', 'group');
  const kind = getPath(object, 'spec', 'names', 'kind');
  return typeof group === 'string' && typeof kind === 'string' ? `${group}/${kind}` : undefined;
}

function groupOf(object: KubernetesObject): string {
  const slash = object.apiVersion.indexOf('/');
  return slash < 0 ? '' : object.apiVersion.slice(0, slash);
}

function nameOf(object: KubernetesObject | undefined): string {
  const name = object?.metadata['name'];
  return typeof name === 'string' ? name : '';
}

function namespaceOf(object: KubernetesObject | undefined): string | undefined {
  const namespace = object?.metadata['namespace'];
  return typeof namespace === 'string' && namespace !== '' ? namespace : undefined;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
