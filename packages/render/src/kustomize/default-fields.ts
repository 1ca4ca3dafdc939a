// Kustomize 5.8.1's built-in field specs, as data (api/internal/konfig/builtinpluginconsts).
import { fieldSpec, type FieldSpec } from './field-spec.ts';
import type { Gvk } from './resource-id.ts';

const created = (path: string, of: Partial<Gvk> = {}): FieldSpec => fieldSpec(path, of, true);

const podMetadata = (name: 'labels' | 'annotations', statefulSet: Partial<Gvk>): FieldSpec[] => [
  created(`metadata/${name}`),
  created(`spec/template/metadata/${name}`, { version: 'v1', kind: 'ReplicationController' }),
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map((kind) => created(`spec/template/metadata/${name}`, { kind })),
  created(`spec/template/metadata/${name}`, statefulSet),
  ...(name === 'labels' ? [created(`spec/volumeClaimTemplates[]/metadata/labels`, statefulSet)] : []),
  created(`spec/template/metadata/${name}`, { group: 'batch', kind: 'Job' }),
  created(`spec/jobTemplate/metadata/${name}`, { group: 'batch', kind: 'CronJob' }),
  created(`spec/jobTemplate/spec/template/metadata/${name}`, { group: 'batch', kind: 'CronJob' }),
];

const affinity = (kind: string): FieldSpec[] =>
  [
    'affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels',
    'affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels',
    'affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels',
    'affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels',
    'topologySpreadConstraints/labelSelector/matchLabels',
  ].map((path) => fieldSpec(`spec/template/spec/${path}`, { group: 'apps', kind }));

/** `namePrefix` and `nameSuffix`. */
export const namePrefix: readonly FieldSpec[] = [fieldSpec('metadata/name')];

/** `namespace`. */
export const namespace: readonly FieldSpec[] = [
  created('metadata/name', { kind: 'Namespace' }),
  created('spec/service/namespace', { group: 'apiregistration.k8s.io', kind: 'APIService' }),
  fieldSpec('spec/conversion/webhook/clientConfig/service/namespace', {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
  }),
];

/** Labels of objects and of the pods that they make. */
export const templateLabels: readonly FieldSpec[] = podMetadata('labels', { group: 'apps', kind: 'StatefulSet' });

/** `commonLabels`: selectors too. */
export const commonLabels: readonly FieldSpec[] = [
  created('spec/selector', { version: 'v1', kind: 'Service' }),
  created('spec/selector', { version: 'v1', kind: 'ReplicationController' }),
  created('spec/selector/matchLabels', { kind: 'Deployment' }),
  ...affinity('Deployment'),
  created('spec/selector/matchLabels', { kind: 'ReplicaSet' }),
  created('spec/selector/matchLabels', { kind: 'DaemonSet' }),
  created('spec/selector/matchLabels', { group: 'apps', kind: 'StatefulSet' }),
  ...affinity('StatefulSet'),
  fieldSpec('spec/selector/matchLabels', { group: 'batch', kind: 'Job' }),
  fieldSpec('spec/jobTemplate/spec/selector/matchLabels', { group: 'batch', kind: 'CronJob' }),
  fieldSpec('spec/selector/matchLabels', { group: 'policy', kind: 'PodDisruptionBudget' }),
  ...['spec/podSelector', 'spec/ingress/from/podSelector', 'spec/egress/to/podSelector'].map((path) =>
    fieldSpec(`${path}/matchLabels`, { group: 'networking.k8s.io', kind: 'NetworkPolicy' }),
  ),
  ...templateLabels,
];

/** `commonAnnotations`. */
export const commonAnnotations: readonly FieldSpec[] = podMetadata('annotations', { kind: 'StatefulSet' });

/** `images`. */
export const images: readonly FieldSpec[] = ['spec', 'spec/template/spec'].flatMap((pod) =>
  ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map((path) =>
    created(`${pod}/${path}`),
  ),
);

/** `replicas`. */
export const replicas: readonly FieldSpec[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(
  (kind) => created('spec/replicas', { kind }),
);
