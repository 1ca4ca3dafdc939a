// Kustomize 5.8.1's built-in name references, as data: which fields hold the name of a resource of a kind.
import { fieldSpec, type FieldSpec } from './field-spec.ts';
import type { Gvk } from './resource-id.ts';

const WORKLOADS = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'];
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';

/** Where each kind holds a pod's spec, in kustomize's order. */
const podSpecs: readonly (readonly [Partial<Gvk>, string])[] = [
  [{ version: 'v1', kind: 'Pod' }, 'spec'],
  [{ kind: 'PodTemplate' }, 'template/spec'],
  ...WORKLOADS.map((kind) => [{ kind }, 'spec/template/spec'] as const),
  [{ kind: 'CronJob' }, 'spec/jobTemplate/spec/template/spec'],
];

const inPods = (paths: readonly string[]): FieldSpec[] =>
  podSpecs.flatMap(([of, pod]) => paths.map((path) => fieldSpec(`${pod}/${path}`, of)));

const atPods = (path: string): FieldSpec[] =>
  [
    ['Pod', 'spec'],
    ['StatefulSet', 'spec/template/spec'],
    ['Deployment', 'spec/template/spec'],
    ['ReplicationController', 'spec/template/spec'],
    ['CronJob', 'spec/jobTemplate/spec/template/spec'],
    ['Job', 'spec/template/spec'],
    ['DaemonSet', 'spec/template/spec'],
  ].map(([kind = '', pod = '']) => fieldSpec(`${pod}/${path}`, { kind }));

const keyed = (ref: string): string[] => [
  `containers/env/valueFrom/${ref}KeyRef/name`,
  `initContainers/env/valueFrom/${ref}KeyRef/name`,
  `containers/envFrom/${ref}Ref/name`,
  `initContainers/envFrom/${ref}Ref/name`,
];

const resourceNames = (kinds: readonly string[]): FieldSpec[] =>
  kinds.map((kind) => fieldSpec('rules/resourceNames', { kind }));

const on = (kind: string, paths: readonly string[], group = ''): FieldSpec[] =>
  paths.map((path) => fieldSpec(path, { kind, group }));

const reference = (of: Partial<Gvk>, referrers: readonly FieldSpec[]) => ({
  group: of.group ?? '',
  version: of.version ?? '',
  kind: of.kind ?? '',
  referrers,
});

const scaled = on('HorizontalPodAutoscaler', ['spec/scaleTargetRef/name']);

/** Name references by the kind that is referred to. */
export const nameReferences = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => reference({ kind }, scaled)),
  reference({ kind: 'ConfigMap', version: 'v1' }, [
    ...inPods(['volumes/configMap/name', ...keyed('configMap'), 'volumes/projected/sources/configMap/name']),
    ...on('Node', ['spec/configSource/configMap']),
    ...resourceNames(['Role', 'ClusterRole']),
    ...on('Ingress', ['metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap']),
  ]),
  reference({ kind: 'Secret', version: 'v1' }, [
    ...inPods([
      'volumes/secret/secretName',
      ...keyed('secret'),
      'imagePullSecrets/name',
      'volumes/projected/sources/secret/name',
    ]),
    ...on('Ingress', [
      'spec/tls/secretName',
      'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
      'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
      'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
    ]),
    ...on('ServiceAccount', ['imagePullSecrets/name']),
    ...on(
      'StorageClass',
      ['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((name) => `parameters/${name}`),
    ),
    ...resourceNames(['Role', 'ClusterRole']),
    fieldSpec('spec/template/spec/containers/env/valueFrom/secretKeyRef/name', {
      group: 'serving.knative.dev',
      version: 'v1',
      kind: 'Service',
    }),
    ...on('PersistentVolume', ['spec/azureFile/secretName']),
  ]),
  reference({ kind: 'Service', version: 'v1' }, [
    ...on('StatefulSet', ['spec/serviceName'], 'apps'),
    ...on('Ingress', [
      'spec/rules/http/paths/backend/serviceName',
      'spec/backend/serviceName',
      'spec/rules/http/paths/backend/service/name',
      'spec/defaultBackend/service/name',
    ]),
    ...on('APIService', ['spec/service/name'], 'apiregistration.k8s.io'),
    ...on('ValidatingWebhookConfiguration', ['webhooks/clientConfig/service'], ADMISSION),
    ...on('MutatingWebhookConfiguration', ['webhooks/clientConfig/service'], ADMISSION),
  ]),
  reference({ kind: 'Role', group: RBAC }, on('RoleBinding', ['roleRef/name'], RBAC)),
  reference({ kind: 'ClusterRole', group: RBAC }, [
    ...on('RoleBinding', ['roleRef/name'], RBAC),
    ...on('ClusterRoleBinding', ['roleRef/name'], RBAC),
  ]),
  reference({ kind: 'ServiceAccount', version: 'v1' }, [
    ...on('RoleBinding', ['subjects'], RBAC),
    ...on('ClusterRoleBinding', ['subjects'], RBAC),
    ...atPods('serviceAccountName'),
  ]),
  reference({ kind: 'PersistentVolumeClaim', version: 'v1' }, atPods('volumes/persistentVolumeClaim/claimName')),
  reference({ kind: 'PersistentVolume', version: 'v1' }, [
    ...on('PersistentVolumeClaim', ['spec/volumeName']),
    ...resourceNames(['ClusterRole']),
  ]),
  reference({ kind: 'StorageClass', version: 'v1', group: 'storage.k8s.io' }, [
    ...on('PersistentVolume', ['spec/storageClassName']),
    ...on('PersistentVolumeClaim', ['spec/storageClassName']),
    ...on('StatefulSet', ['spec/volumeClaimTemplates/spec/storageClassName']),
  ]),
  reference({ kind: 'PriorityClass', version: 'v1', group: 'scheduling.k8s.io' }, atPods('priorityClassName')),
  // Upstream writes the version into the group, so this one matches nothing; kept, since output is compared.
  reference(
    { kind: 'IngressClass', version: 'v1', group: 'networking.k8s.io/v1' },
    on('Ingress', ['spec/ingressClassName']),
  ),
  reference(
    { kind: 'ValidatingAdmissionPolicy', group: ADMISSION },
    on('ValidatingAdmissionPolicyBinding', ['spec/policyName'], ADMISSION),
  ),
];
