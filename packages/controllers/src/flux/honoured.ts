import { CapstanError } from '@capstan/errors';
import { formatRef, getPath, refOf, type JsonValue, type KubernetesObject } from '@capstan/object';

/**
 * Fields that Flux honours, that alter what is fetched, applied, deleted or permitted, and that Capstan does not honour
 * yet (DESIGN, keystone 9). A resource that uses one is stopped by name; nothing of it is written. The table shrinks to
 * nothing; a test derives from the CRDs that every field of a spec is either here or honoured.
 */
export const unhonoured: Readonly<Record<'GitRepository' | 'Kustomization', readonly string[]>> = {
  GitRepository: [
    'include',
    'provider',
    'proxySecretRef',
    'recurseSubmodules',
    'serviceAccountName',
    'sparseCheckout',
    'verify',
  ],
  Kustomization: [
    'buildMetadata',
    'decryption',
    'healthCheckExprs',
    'ignore',
    'kubeConfig',
    'postBuild',
    'serviceAccountName',
  ],
};

/** Fields that Capstan honours, so that a new field of upstream's is noticed. */
export const honoured: Readonly<Record<'GitRepository' | 'Kustomization', readonly string[]>> = {
  GitRepository: ['ignore', 'interval', 'ref', 'secretRef', 'suspend', 'timeout', 'url'],
  Kustomization: [
    'commonMetadata',
    'components',
    'deletionPolicy',
    'dependsOn',
    'force',
    'healthChecks',
    'ignoreMissingComponents',
    'images',
    'interval',
    'namePrefix',
    'nameSuffix',
    'patches',
    'path',
    'prune',
    'retryInterval',
    'sourceRef',
    'suspend',
    'targetNamespace',
    'timeout',
    'wait',
  ],
};

/** Throws NOT_HONOURED with the first field that is set and not honoured. */
export function refuseUnhonoured(kind: 'GitRepository' | 'Kustomization', object: KubernetesObject): void {
  for (const field of unhonoured[kind]) {
    const value = getPath(object, 'spec', field);
    if (value === undefined || isOff(field, value)) continue;
    throw new CapstanError(
      'NOT_HONOURED',
      `${formatRef(refOf(object))} uses spec.${field}, which Capstan does not honour yet; nothing is changed until it is removed`,
      {
        data: { field: `spec.${field}` },
      },
    );
  }
}

/** Values that mean the same as leaving the field out. */
function isOff(field: string, value: JsonValue): boolean {
  if (field === 'provider') return value === 'generic';
  return value === false || value === '' || (Array.isArray(value) && value.length === 0);
}
