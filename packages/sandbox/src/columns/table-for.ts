import type { GroupKind } from '@capstan/object';
import type { TableShape } from '../registry/resource.ts';
import * as cluster from './cluster.ts';
import * as network from './network.ts';
import { podTable } from './pod.ts';
import * as workloads from './workloads.ts';

const TABLES: ReadonlyMap<string, TableShape> = new Map([
  ['/Pod', podTable],
  ['/PodTemplate', workloads.podTemplateTable],
  ['/ReplicationController', workloads.replicaSetTable],
  ['/ConfigMap', cluster.configMapTable],
  ['/Secret', cluster.secretTable],
  ['/ServiceAccount', cluster.nameAndAgeTable],
  ['/Namespace', cluster.namespaceTable],
  ['/Node', cluster.nodeTable],
  ['/PersistentVolumeClaim', cluster.claimTable],
  ['/PersistentVolume', cluster.volumeTable],
  ['/ResourceQuota', cluster.quotaTable],
  ['/LimitRange', cluster.createdTable],
  ['/Event', cluster.eventTable],
  ['/Service', network.serviceTable],
  ['/Endpoints', network.endpointsTable],
  ['apps/Deployment', workloads.deploymentTable],
  ['apps/ReplicaSet', workloads.replicaSetTable],
  ['apps/StatefulSet', workloads.statefulSetTable],
  ['apps/DaemonSet', workloads.daemonSetTable],
  ['apps/ControllerRevision', workloads.controllerRevisionTable],
  ['batch/Job', workloads.jobTable],
  ['batch/CronJob', workloads.cronJobTable],
  ['autoscaling/HorizontalPodAutoscaler', workloads.autoscalerTable],
  ['policy/PodDisruptionBudget', workloads.budgetTable],
  ['networking.k8s.io/Ingress', network.ingressTable],
  ['networking.k8s.io/IngressClass', network.ingressClassTable],
  ['networking.k8s.io/NetworkPolicy', network.networkPolicyTable],
  ['networking.k8s.io/IPAddress', network.ipAddressTable],
  ['networking.k8s.io/ServiceCIDR', network.serviceCidrTable],
  ['discovery.k8s.io/EndpointSlice', network.endpointSliceTable],
  ['rbac.authorization.k8s.io/Role', cluster.createdTable],
  ['rbac.authorization.k8s.io/ClusterRole', cluster.createdTable],
  ['rbac.authorization.k8s.io/RoleBinding', cluster.bindingTable],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', cluster.bindingTable],
  ['storage.k8s.io/StorageClass', cluster.storageClassTable],
  ['scheduling.k8s.io/PriorityClass', cluster.priorityClassTable],
  ['coordination.k8s.io/Lease', cluster.leaseTable],
  ['node.k8s.io/RuntimeClass', cluster.runtimeClassTable],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', cluster.webhooksTable],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', cluster.webhooksTable],
  ['apiregistration.k8s.io/APIService', cluster.apiServiceTable],
  ['apiextensions.k8s.io/CustomResourceDefinition', cluster.createdTable],
  ['events.k8s.io/Event', cluster.eventTable],
  ['flowcontrol.apiserver.k8s.io/FlowSchema', cluster.flowSchemaTable],
]);

/** How a built-in kind is shown in a Table, as the API server's printers do; others by name and age. */
export function tableFor(of: GroupKind): TableShape {
  return TABLES.get(`${of.group}/${of.kind}`) ?? cluster.nameAndAgeTable;
}
