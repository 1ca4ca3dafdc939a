import { FieldSet } from '../fieldpath/field-set.ts';
import { anyElement, type FieldFilter } from '../fieldpath/filter.ts';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { GroupKind } from '../kubernetes-object.ts';

/** Which resource is written to, and through which subresource (`''` for none). */
export interface WrittenResource extends GroupKind {
  readonly subresource?: string;
  /** Whether the resource has a status subresource. Custom resources without one reset nothing. */
  readonly hasStatus: boolean;
}

const status = exclude('status');
const spec = exclude('spec');
const specAndMetadata = exclude('spec', 'metadata');

// Where a kind differs from the rule, by group/kind/subresource; from the GetResetFields of Kubernetes 1.35's registries.
const exceptions: Readonly<Record<string, FieldFilter | 'nothing'>> = {
  'certificates.k8s.io/CertificateSigningRequest/': exclude('spec', 'status'),
  'certificates.k8s.io/CertificateSigningRequest/status': exclude('spec', 'status.conditions'),
  'certificates.k8s.io/CertificateSigningRequest/approval': exclude('spec', 'status.certificate'),
  'certificates.k8s.io/PodCertificateRequest/': 'nothing',
  'networking.k8s.io/ServiceCIDR/': 'nothing',
  'networking.k8s.io/ServiceCIDR/status': 'nothing',
  'storagemigration.k8s.io/StorageVersionMigration/status': specAndMetadata,
  'resource.k8s.io/ResourceClaim/status': specAndMetadata,
  'resource.k8s.io/DeviceTaintRule/status': specAndMetadata,
  'internal.apiserver.k8s.io/StorageVersion/status': specAndMetadata,
  'storage.k8s.io/VolumeAttachment/status': specAndMetadata,
  'flowcontrol.apiserver.k8s.io/FlowSchema/status': specAndMetadata,
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration/status': specAndMetadata,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy/status': specAndMetadata,
  'apiextensions.k8s.io/CustomResourceDefinition/status': specAndMetadata,
  'apiregistration.k8s.io/APIService/status': specAndMetadata,
  'apps/Deployment/status': exclude('spec', 'metadata.labels'),
  '/Namespace/finalize': status,
  '/Pod/status': exclude('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
  '/Pod/ephemeralcontainers': { kind: 'include', patterns: [['spec', 'ephemeralContainers']] },
  '/Pod/resize': {
    kind: 'include',
    patterns: ['containers', 'initContainers'].flatMap((list) => [
      ['spec', list, anyElement, 'resources'],
      ['spec', list, anyElement, 'resizePolicy'],
    ]),
  },
};

/**
 * What a resource resets when it is written to, and so nobody can own through that write: a status when the object is
 * written, the rest when its status is. Undefined when nothing is reset.
 */
export function resetFieldsOf(resource: WrittenResource): FieldFilter | undefined {
  const { group, kind, subresource = '', hasStatus } = resource;
  const exception = exceptions[`${group}/${kind}/${subresource}`];
  if (exception !== undefined) return exception === 'nothing' ? undefined : exception;
  if (!hasStatus) return undefined;
  if (subresource === '') return status;
  return subresource === 'status' ? spec : undefined;
}

function exclude(...fields: readonly string[]): FieldFilter {
  return { kind: 'exclude', exclude: FieldSet.of(...fields.map((field) => field.split('.').map(fieldElement))) };
}
