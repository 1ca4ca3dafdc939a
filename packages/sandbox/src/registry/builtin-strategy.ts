import {
  deepEqual,
  firstOf,
  fromOpenApi,
  getPath,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  type TypesByKind,
} from '@capstan/object';
import { apiGroups, openApiDocument } from '../schema/index.ts';
import type { Strategy } from './resource.ts';
import { decodeKind, kindSchema, type Kind } from './typed-kind.ts';

/** Kinds that count generations; the others have none. Read off kube-apiserver 1.35 by creating one of each. */
const WITH_GENERATION = new Set([
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'Deployment.apps',
  'ReplicaSet.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'Job.batch',
  'CronJob.batch',
  'Ingress.networking.k8s.io',
  'IngressClass.networking.k8s.io',
  'NetworkPolicy.networking.k8s.io',
  'PodDisruptionBudget.policy',
  'EndpointSlice.discovery.k8s.io',
  'CustomResourceDefinition.apiextensions.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io',
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
  'PriorityClass.scheduling.k8s.io',
  'FlowSchema.flowcontrol.apiserver.k8s.io',
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io',
]);

/** Fields that built-in kinds can be selected by, beside name and namespace. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  Secret: ['type'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
  Service: ['spec.clusterIP', 'spec.type'],
  'Job.batch': ['status.successful'],
  'ReplicaSet.apps': ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Event: eventFields('involvedObject'),
  'Event.events.k8s.io': eventFields('regarding'),
};

function eventFields(about: string): readonly string[] {
  const parts = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];
  return [
    ...parts.map((part) => `${about}.${part}`),
    ...(about === 'regarding' ? ['reportingController'] : ['source', 'reportingComponent']),
    'reason',
    'type',
  ];
}

/** The parts of `Strategy` that follow from a built-in kind's schema. */
export function builtinStrategy(
  of: Kind,
): Omit<Strategy, 'applyDefaults' | 'prepareForCreate' | 'validate' | 'table' | 'scale'> {
  const kindKey = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  const selectableFields = SELECTABLE[kindKey] ?? [];
  return {
    schema: () => kindSchema(of),
    types: () => typesOfGroup(of.group),
    decode: (object) => decodeKind(of, object),
    hasGeneration: WITH_GENERATION.has(kindKey),
    bumpsGeneration: (object, old) =>
      !deepEqual(counted(kindKey, object), counted(kindKey, old)) && !isBinding(kindKey, object, old),
    selectableFields,
    selectableField: (object, field) => selectable(object, field),
  };
}

const typesByGroup = new Map<string, TypesByKind>();

/** The types of all versions of a group, made once. */
function typesOfGroup(group: string): TypesByKind {
  let types = typesByGroup.get(group);
  if (types === undefined) {
    const versions = apiGroups().find((entry) => entry.name === group)?.versions ?? [];
    const documents = versions.flatMap(({ version }) => openApiDocument(group, version) ?? []);
    types = firstOf(...documents.map((document) => fromOpenApi(document)));
    typesByGroup.set(group, types);
  }
  return types;
}

function selectable(object: KubernetesObject, field: string): string | undefined {
  if (field === 'status.successful') return scalar(getPath(object, 'status', 'succeeded')) ?? '0';
  if (field === 'source') return scalar(getPath(object, 'source', 'component'));
  return scalar(getPath(object, ...field.split('.')));
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** What of an object someone asked for: everything but metadata and status. */
function desired(object: KubernetesObject): JsonObject {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

// A Deployment's annotations count as well: its controller hands them on.
function counted(kindKey: string, object: KubernetesObject): JsonObject {
  const { annotations } = object.metadata;
  return kindKey === 'Deployment.apps' ? { ...desired(object), annotations: annotations ?? {} } : desired(object);
}

// A scheduler's choice of a node goes past the counting.
function isBinding(kindKey: string, object: KubernetesObject, old: KubernetesObject): boolean {
  const node = (pod: KubernetesObject): JsonValue | undefined => getPath(pod, 'spec', 'nodeName');
  return kindKey === 'Pod' && node(old) === undefined && node(object) !== undefined;
}
