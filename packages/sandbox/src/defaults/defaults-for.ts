import type { GroupVersionKind, KubernetesObject } from '@capstan/object';
import { canonicalForm, schemaNameOf } from '../schema/index.ts';
import { defaultBinding } from './access.ts';
import { defaultAutoscaler, defaultAutoscalerV1 } from './autoscaling.ts';
import {
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPriorityClass,
  defaultSecret,
} from './configuration.ts';
import type { Draft } from './draft.ts';
import {
  defaultAdmissionPolicy,
  defaultAdmissionPolicyBinding,
  defaultApiService,
  defaultCustomResourceDefinition,
  defaultWebhooks,
} from './extension.ts';
import { defaultPod, defaultPodTemplate } from './pod.ts';
import { defaultEndpoints, defaultEndpointSlice, defaultNetworkPolicy, defaultService } from './service.ts';
import { defaultClaim, defaultCsiDriver, defaultPersistentVolume, defaultStorageClass } from './storage.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads.ts';

const RULES: ReadonlyMap<string, (draft: Draft) => void> = new Map([
  ['v1/Pod', defaultPod],
  ['v1/PodTemplate', defaultPodTemplate],
  ['v1/ReplicationController', defaultReplicationController],
  ['v1/Service', defaultService],
  ['v1/Endpoints', defaultEndpoints],
  ['v1/Secret', defaultSecret],
  ['v1/Namespace', defaultNamespace],
  ['v1/Node', defaultNode],
  ['v1/LimitRange', defaultLimitRange],
  ['v1/PersistentVolumeClaim', defaultClaim],
  ['v1/PersistentVolume', defaultPersistentVolume],
  ['apps/v1/Deployment', defaultDeployment],
  ['apps/v1/ReplicaSet', defaultReplicaSet],
  ['apps/v1/StatefulSet', defaultStatefulSet],
  ['apps/v1/DaemonSet', defaultDaemonSet],
  ['batch/v1/Job', defaultJob],
  ['batch/v1/CronJob', defaultCronJob],
  ['autoscaling/v1/HorizontalPodAutoscaler', defaultAutoscalerV1],
  ['autoscaling/v2/HorizontalPodAutoscaler', defaultAutoscaler],
  ['discovery.k8s.io/v1/EndpointSlice', defaultEndpointSlice],
  ['networking.k8s.io/v1/NetworkPolicy', defaultNetworkPolicy],
  ['storage.k8s.io/v1/StorageClass', defaultStorageClass],
  ['storage.k8s.io/v1/CSIDriver', defaultCsiDriver],
  ['scheduling.k8s.io/v1/PriorityClass', defaultPriorityClass],
  ['rbac.authorization.k8s.io/v1/RoleBinding', defaultBinding],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', defaultBinding],
  ['admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration', defaultWebhooks(false)],
  ['admissionregistration.k8s.io/v1/MutatingWebhookConfiguration', defaultWebhooks(true)],
  ['admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy', defaultAdmissionPolicy],
  ['admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding', defaultAdmissionPolicyBinding],
  ['apiextensions.k8s.io/v1/CustomResourceDefinition', defaultCustomResourceDefinition],
  ['apiregistration.k8s.io/v1/APIService', defaultApiService],
]);

/**
 * What the API server makes of an object of a built-in kind when it decodes it: the canonical form (unknown fields and
 * empty values gone, quantities canonical) with the kind's defaults. Undefined for a kind that is not built in. The
 * function is pure and gives a fresh copy.
 */
export function defaultsFor(gvk: GroupVersionKind): ((object: KubernetesObject) => KubernetesObject) | undefined {
  if (schemaNameOf(gvk) === undefined) return undefined;
  const rule = RULES.get(`${gvk.group === '' ? '' : `${gvk.group}/`}${gvk.version}/${gvk.kind}`);
  return (object) => {
    const canonical = canonicalForm(object);
    // A fresh copy, so that the rule may write into it.
    rule?.(canonical);
    return canonical;
  };
}
