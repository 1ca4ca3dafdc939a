import { Kustomization, kustomizationResource } from '@capstan/api';
import { refOf, type KubernetesObject, type ObjectRef, type VersionedRef } from '@capstan/object';
import { claimantName, heirOf, type Claimant, type ClaimReader, type Claims } from '../../runtime/claims.ts';
import { viewOf } from '../resource-view.ts';
import { entryOf } from './inventory.ts';
import { isMarkedBy } from './marks.ts';

/** How Kustomizations claim objects of the local cluster: by their inventory. */
export function kustomizationClaims(
  refOfOwner: (owner: string) => ObjectRef | undefined,
  wake: (ref: ObjectRef) => void,
): ClaimReader {
  return {
    refOf: (owner) => {
      const ref = refOfOwner(owner);
      return ref === undefined ? undefined : { ...ref, version: kustomizationResource.version };
    },
    read: (resource, object) => {
      const { spec, status } = viewOf(Kustomization, resource);
      if (spec === undefined || spec.kubeConfig !== undefined) return undefined;
      const { id } = entryOf({ ...object, version: '' });
      return status?.inventory?.entries?.some((entry) => entry.id === id) === true ? claimantOf(resource) : undefined;
    },
    wake,
  };
}

/** A Kustomization as one that claims objects. */
export function claimantOf(resource: KubernetesObject): Claimant {
  const ref = refOf(resource);
  const since = resource.metadata['creationTimestamp'];
  return { ref, since: typeof since === 'string' ? since : '', marked: (live) => isMarkedBy(live, ref) };
}

/** Whom of the other dialect an object is left to that is to be deleted: who claims it too, and has written it. */
export async function handedTo(
  claims: Claims,
  resource: KubernetesObject,
  object: { readonly ref: VersionedRef; readonly live: KubernetesObject },
  signal: AbortSignal,
): Promise<string | undefined> {
  const dispute = await claims.dispute('flux', claimantOf(resource), object, signal);
  const heir = heirOf(dispute, object.live);
  return heir === undefined ? undefined : `it is left to ${claimantName(heir)}`;
}
