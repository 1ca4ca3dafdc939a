import { Application, applicationResource } from '@capstan/api';
import { refOf, type KubernetesObject, type ObjectRef } from '@capstan/object';
import type { Claimant, ClaimReader } from '../../runtime/claims.ts';
import { viewOf } from '../../flux/resource-view.ts';
import { instanceName, isClaimedBy } from '../tracking.ts';
import type { Run, Shared } from './run.ts';

/** How Applications claim objects of the cluster that they live in: by the resources of their status. */
export function applicationClaims(
  shared: Shared,
  refOfOwner: (owner: string) => ObjectRef | undefined,
  wake: (ref: ObjectRef) => void,
): ClaimReader {
  return {
    refOf: (owner) => {
      const ref = refOfOwner(owner);
      return ref === undefined ? undefined : { ...ref, version: applicationResource.version };
    },
    read: (resource, object) => {
      const { spec, status } = viewOf(Application, resource);
      const found = shared.destinations.find(spec.destination);
      if (found.kind !== 'found' || found.at !== shared.destinations.local) return undefined;
      const isListed = (status?.resources ?? []).some(
        (entry) =>
          entry.kind === object.kind &&
          entry.name === object.name &&
          (entry.group ?? '') === object.group &&
          (entry.namespace ?? '') === object.namespace &&
          // What it has no say in, or would prune, it does not want.
          entry.status !== undefined &&
          entry.requiresPruning !== true,
      );
      return isListed ? claimant(shared, resource) : undefined;
    },
    wake,
  };
}

/** An Application as one that claims objects. */
export function claimantOf({ shared, application }: Run): Claimant {
  return claimant(shared, application.object);
}

function claimant(shared: Shared, resource: KubernetesObject): Claimant {
  const ref = refOf(resource);
  const since = resource.metadata['creationTimestamp'];
  const instance = instanceName(ref, shared.namespace);
  return {
    ref,
    since: typeof since === 'string' ? since : '',
    marked: (live) => isClaimedBy(live, instance, shared.settings().tracking),
  };
}
