// Kustomize 5.8.1's built-in places where `$(VAR)` is replaced, as data.
import { fieldSpec, type FieldSpec } from './field-spec.ts';

const CONTAINER_FIELDS = ['containers', 'initContainers'].flatMap((list) =>
  ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((path) => `${list}/${path}`),
);

const pods = (kind: string, pod: string, nfs: string): FieldSpec[] => [
  ...CONTAINER_FIELDS.map((path) => fieldSpec(`${pod}/${path}`, { kind })),
  fieldSpec(nfs, { kind }),
];

const workload = (kind: string, nfs = 'spec/template/spec/volumes/nfs/server'): FieldSpec[] =>
  pods(kind, 'spec/template/spec', nfs);

/** Where variables are replaced. */
export const varReferences: readonly FieldSpec[] = [
  ...pods('CronJob', 'spec/jobTemplate/spec/template/spec', 'spec/jobTemplate/spec/template/volumes/nfs/server'),
  ...workload('DaemonSet'),
  ...workload('Deployment'),
  fieldSpec('spec/template/metadata/annotations', { kind: 'Deployment' }),
  ...['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'].map((path) => fieldSpec(path, { kind: 'Ingress' })),
  ...workload('Job'),
  ...pods('Pod', 'spec', 'spec/volumes/nfs/server'),
  ...workload('ReplicaSet'),
  ...['spec/ports/port', 'spec/ports/targetPort'].map((path) => fieldSpec(path, { kind: 'Service' })),
  ...workload('StatefulSet', 'spec/volumeClaimTemplates/spec/nfs/server'),
  fieldSpec('spec/nfs/server', { kind: 'PersistentVolume' }),
  fieldSpec('metadata/labels'),
  fieldSpec('metadata/annotations'),
];
