import { getPath, type GroupVersionKind, type KubernetesObject } from '@capstan/object';
import { objectAt } from '../simulate/read.ts';
import { checkBinding, checkRole } from './access.ts';
import {
  checkClaim,
  checkConfigMap,
  checkIngress,
  checkNetworkPolicy,
  checkSecret,
  checkStorageClass,
} from './configuration.ts';
import { checkLabels } from './formats.ts';
import { checkPodSpec, checkPodUpdate } from './pod-spec.ts';
import { Problems, type FieldError } from './problems.ts';
import { checkService } from './service.ts';
import {
  checkAutoscaler,
  checkBudget,
  checkCronJob,
  checkDaemonSet,
  checkDeployment,
  checkJob,
  checkReplicaSet,
  checkStatefulSet,
  type Check,
} from './workloads.ts';

const checkPod: Check = (problems, pod, old) => {
  if (old === undefined) checkPodSpec(problems, 'spec', objectAt(pod, 'spec'));
  else checkPodUpdate(problems, pod, old);
};

const checkPodTemplate: Check = (problems, object) => {
  const template = objectAt(object, 'template');
  checkLabels(problems, 'template.labels', getPath(template, 'metadata', 'labels'));
  checkPodSpec(problems, 'template.spec', objectAt(template, 'spec'));
};

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['/Pod', checkPod],
  ['/Service', checkService],
  ['/ConfigMap', checkConfigMap],
  ['/Secret', checkSecret],
  ['/PodTemplate', checkPodTemplate],
  ['/PersistentVolumeClaim', checkClaim],
  ['apps/Deployment', checkDeployment],
  ['apps/ReplicaSet', checkReplicaSet],
  ['apps/StatefulSet', checkStatefulSet],
  ['apps/DaemonSet', checkDaemonSet],
  ['batch/Job', checkJob],
  ['batch/CronJob', checkCronJob],
  ['autoscaling/HorizontalPodAutoscaler', checkAutoscaler],
  ['policy/PodDisruptionBudget', checkBudget],
  ['networking.k8s.io/Ingress', checkIngress],
  ['networking.k8s.io/NetworkPolicy', checkNetworkPolicy],
  ['storage.k8s.io/StorageClass', checkStorageClass],
  ['rbac.authorization.k8s.io/Role', checkRole],
  ['rbac.authorization.k8s.io/ClusterRole', checkRole],
  ['rbac.authorization.k8s.io/RoleBinding', checkBinding],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', checkBinding],
]);

/**
 * What is wrong with a built-in object after its defaults, beyond its metadata; `old` is what an update changes. Writes
 * to a status change nothing that is checked here. An object that is being deleted is not held to its spec any more.
 */
export function validate(
  gvk: GroupVersionKind,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  subresource = '',
): readonly FieldError[] {
  const check = CHECKS.get(`${gvk.group}/${gvk.kind}`);
  if (check === undefined || subresource === 'status') return [];
  if (old !== undefined && getPath(old, 'metadata', 'deletionTimestamp') !== undefined) return [];
  const problems = new Problems();
  check(problems, object, old);
  return problems.errors;
}
