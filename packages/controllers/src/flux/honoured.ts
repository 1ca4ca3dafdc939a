import { CapstanError } from '@capstan/errors';
import {
  formatRef,
  getKey,
  getPath,
  isJsonObject,
  refOf,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';

/**
 * Fields that Flux honours, that alter what is fetched, applied, deleted or permitted, and that Capstan does not honour
 * yet (DESIGN, keystone 9). A resource that uses one is stopped by name; nothing of it is written. The table shrinks to
 * nothing; a test derives from the CRDs that every field of a spec is either here or honoured.
 */
export const unhonoured: Readonly<Record<'GitRepository' | 'Kustomization', readonly string[]>> = {
  GitRepository: [],
  Kustomization: [],
};

/** Fields that Capstan honours, so that a new field of upstream's is noticed. */
export const honoured: Readonly<Record<'GitRepository' | 'Kustomization', readonly string[]>> = {
  GitRepository: [
    'ignore',
    'include',
    'interval',
    'provider',
    'proxySecretRef',
    'recurseSubmodules',
    'ref',
    'secretRef',
    'serviceAccountName',
    'sparseCheckout',
    'suspend',
    'timeout',
    'url',
    'verify',
  ],
  Kustomization: [
    'buildMetadata',
    'commonMetadata',
    'components',
    'decryption',
    'deletionPolicy',
    'dependsOn',
    'force',
    'healthCheckExprs',
    'healthChecks',
    'ignore',
    'ignoreMissingComponents',
    'images',
    'interval',
    'kubeConfig',
    'namePrefix',
    'nameSuffix',
    'patches',
    'path',
    'postBuild',
    'prune',
    'retryInterval',
    'serviceAccountName',
    'sourceRef',
    'suspend',
    'targetNamespace',
    'timeout',
    'wait',
  ],
};

/**
 * Marks on applied objects, by the part after `kustomize.toolkit.fluxcd.io/`, and whether they are honoured. Those that
 * are not only steer what a field asks for that is refused itself: substitutions and decryption.
 */
export const honouredMarks: Readonly<Record<string, boolean>> = {
  decrypt: true,
  force: true,
  prune: true,
  reconcile: true,
  ssa: true,
  substitute: true,
};

/** Throws NOT_HONOURED with the first field that is set and not honoured. */
export function refuseUnhonoured(
  kind: 'GitRepository' | 'Kustomization',
  object: KubernetesObject,
  table: Readonly<Record<'GitRepository' | 'Kustomization', readonly string[]>> = unhonoured,
): void {
  for (const field of table[kind]) {
    if (valuesAt(getPath(object, 'spec'), field.split('.')).every(isOff)) continue;
    throw new CapstanError(
      'NOT_HONOURED',
      `${formatRef(refOf(object))} uses spec.${field}, which Capstan does not honour yet; nothing is changed until it is removed`,
      {
        data: { field: `spec.${field}` },
      },
    );
  }
}

/** The values of a field, through lists on the way. */
function valuesAt(from: JsonValue | undefined, path: readonly string[]): readonly JsonValue[] {
  const [key, ...rest] = path;
  if (key === undefined || from === undefined) return from === undefined ? [] : [from];
  const value = isJsonObject(from) ? getKey(from, key) : undefined;
  const members = Array.isArray(value) && rest.length > 0 ? (value as readonly JsonValue[]) : [value];
  return members.flatMap((member) => valuesAt(member, rest));
}

/** Values that mean the same as leaving the field out. */
function isOff(value: JsonValue): boolean {
  return value === false || value === '' || (Array.isArray(value) && value.length === 0);
}
