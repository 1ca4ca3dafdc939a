import type { JsonObject, KubernetesObject } from '@capstan/object';
import type { ClusterApi, Clock, ResourceName } from '../cluster-api.ts';
import type { EventRecorder } from './events.ts';
import type { Informer } from './informer.ts';
import { CONTROLLER_MANAGER, KUBELET, SCHEDULER } from './managers.ts';
import { sameValue } from './read.ts';
import type { SimulationOptions } from './simulation-options.ts';
import type { Lane, Reconcile } from './work-queue.ts';

/** What a simulated controller works with. */
export interface SimulationContext {
  readonly api: ClusterApi;
  readonly clock: Clock;
  readonly options: SimulationOptions;
  /** Tells people what happens to objects. */
  readonly events: EventRecorder;
  /** The shared cache of a resource. */
  informer(resource: ResourceName): Informer;
  /** A queue of keys for one controller. */
  lane(name: string, reconcile: Reconcile): Lane;
}

export { CONTROLLER_MANAGER, KUBELET, SCHEDULER };

/** Writes an object's status, if it differs. Conflicts are thrown: the queue tries again with the newer object. */
export function writeStatus(
  context: SimulationContext,
  resource: ResourceName,
  object: KubernetesObject,
  status: JsonObject,
  manager: string = CONTROLLER_MANAGER,
): void {
  if (sameValue(object['status'], status)) return;
  context.api.update(resource, { ...object, status }, { manager, subresource: 'status' });
}

/** Drops the entries that are undefined. */
export function compact(entries: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  const result: Record<string, JsonObject[string]> = {};
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) result[key] = value;
  return result;
}
