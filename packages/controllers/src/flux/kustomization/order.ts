import { type ObjectRef } from '@capstan/object';

// The order in which kustomize-controller applies within a stage, and in reverse deletes (fluxcd/pkg/ssa).
const first = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const places: ReadonlyMap<string, number> = new Map([
  ...first.map((kind, index) => [kind, index - first.length] as const),
  ...last.map((kind, index) => [kind, index + 1] as const),
]);

/** Compares two objects by the order in which they are applied: kind, group, namespace, name. */
export function inApplyOrder(left: ObjectRef, right: ObjectRef): number {
  return (
    (places.get(left.kind) ?? 0) - (places.get(right.kind) ?? 0) ||
    compare(left.group, right.group) ||
    compare(left.kind, right.kind) ||
    compare(left.namespace, right.namespace) ||
    compare(left.name, right.name)
  );
}

/** The stages of an apply, in order: each is applied, and the first two are waited for, before the next. */
export type Stage = 'definitions' | 'classes' | 'custom' | 'resources';

/**
 * Which stage an object belongs to: CRDs, Namespaces and ClusterRoles first, then kinds that end in `Class`, then those that
 * the operator names as `group/Kind`.
 */
export function stageOf(ref: ObjectRef, custom: ReadonlySet<string> = new Set()): Stage {
  if (ref.kind === 'CustomResourceDefinition' && ref.group === 'apiextensions.k8s.io') return 'definitions';
  if (ref.kind === 'Namespace' && ref.group === '') return 'definitions';
  if (ref.kind === 'ClusterRole' && ref.group === 'rbac.authorization.k8s.io') return 'definitions';
  if (ref.kind.endsWith('Class')) return 'classes';
  return custom.has(`${ref.group}/${ref.kind}`) ? 'custom' : 'resources';
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
