import { isCapstanError } from '@capstan/errors';
import { getPath, gvkOf, type JsonValue, type KubernetesObject } from '@capstan/object';
import { apiServiceHealth } from './argo/api-service.ts';
import { customCheckOf } from './argo/custom/custom-check.ts';
import { settle, type Check as CustomCheck } from './argo/custom/verdict.ts';
import { daemonSetHealth } from './argo/daemon-set.ts';
import { deploymentHealth } from './argo/deployment.ts';
import { horizontalPodAutoscalerHealth } from './argo/horizontal-pod-autoscaler.ts';
import { ingressHealth } from './argo/ingress.ts';
import { jobHealth } from './argo/job.ts';
import { persistentVolumeClaimHealth } from './argo/persistent-volume-claim.ts';
import { podHealth } from './argo/pod.ts';
import { replicaSetHealth } from './argo/replica-set.ts';
import { serviceHealth } from './argo/service.ts';
import { statefulSetHealth } from './argo/stateful-set.ts';
import { verdict } from './argo/verdict.ts';
import { workflowHealth } from './argo/workflow.ts';
import { textAt } from './fields.ts';
import type { HealthStatus } from './health-status.ts';

/** Keeps a hook from vanishing before its phase has ended. */
const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

interface Check {
  /** The versions that the check reads; none: every version. */
  readonly versions?: readonly string[];
  /** How upstream calls the kind where it does not know the version. */
  readonly called?: string;
  readonly judge: (object: KubernetesObject) => HealthStatus;
}

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['apps/Deployment', { versions: ['v1'], judge: deploymentHealth }],
  ['apps/StatefulSet', { versions: ['v1'], judge: statefulSetHealth }],
  ['apps/ReplicaSet', { versions: ['v1'], judge: replicaSetHealth }],
  ['apps/DaemonSet', { versions: ['v1'], judge: daemonSetHealth }],
  ['extensions/Ingress', { judge: ingressHealth }],
  ['networking.k8s.io/Ingress', { judge: ingressHealth }],
  ['argoproj.io/Workflow', { judge: workflowHealth }],
  ['apiregistration.k8s.io/APIService', { versions: ['v1', 'v1beta1'], judge: apiServiceHealth }],
  ['/Service', { versions: ['v1'], judge: serviceHealth }],
  ['/PersistentVolumeClaim', { versions: ['v1'], judge: persistentVolumeClaimHealth }],
  ['/Pod', { versions: ['v1'], judge: podHealth }],
  ['batch/Job', { versions: ['v1'], judge: jobHealth }],
  [
    'autoscaling/HorizontalPodAutoscaler',
    { versions: ['v1', 'v2'], called: 'HPA', judge: horizontalPodAutoscalerHealth },
  ],
]);

/**
 * How an object is by Argo CD's built-in rules, with its messages; undefined where the kind has no check. An object
 * that is being deleted is Progressing, whatever its kind; then `builtInHealth` tells. A script that an operator gives
 * for a kind goes before the latter, but after `pendingDeletionHealth`.
 */
export function argoHealth(object: KubernetesObject): HealthStatus | undefined {
  return pendingDeletionHealth(object) ?? builtInHealth(object);
}

/**
 * How an object is by the rules that Argo CD ships: its check for the custom kind (resource_customizations), else the
 * one of gitops-engine (pkg/health); undefined where there is none. An object that its check cannot read is Unknown.
 */
export function builtInHealth(object: KubernetesObject): HealthStatus | undefined {
  const { group, kind } = gvkOf(object);
  const custom = customCheckOf(group, kind);
  return custom === undefined ? engineHealth(object) : customHealth(custom, object);
}

/** How an object is by the rules of gitops-engine alone (pkg/health), which know Kubernetes' own kinds. */
export function engineHealth(object: KubernetesObject): HealthStatus | undefined {
  const { group, version, kind } = gvkOf(object);
  const check = checks.get(`${group}/${kind}`);
  if (check === undefined) return undefined;
  if (check.versions !== undefined && !check.versions.includes(version)) {
    return verdict('Unknown', `unsupported ${check.called ?? kind} GVK: ${group}/${version}, Kind=${kind}`);
  }
  return check.judge(object);
}

function customHealth(check: CustomCheck, object: KubernetesObject): HealthStatus {
  try {
    return settle(check(object));
  } catch (error) {
    if (isCapstanError(error, 'HEALTH_UNREADABLE')) return verdict('Unknown', error.message);
    throw error;
  }
}

/** Progressing for an object that is being deleted, unless it is a hook whose phase has not ended; else undefined. */
export function pendingDeletionHealth(object: KubernetesObject): HealthStatus | undefined {
  if (textAt(object, ['metadata', 'deletionTimestamp']) === '') return undefined;
  const finalizers = getPath(object, 'metadata', 'finalizers');
  const isHook = Array.isArray(finalizers) && (finalizers as readonly JsonValue[]).includes(HOOK_FINALIZER);
  return isHook ? undefined : verdict('Progressing', 'Pending deletion');
}
