import type { KubernetesObject } from '@capstan/object';
import type { Resource } from './resource.ts';

/** The object with managed fields that say who wrote what; `old` is the state before, undefined for a create. */
export function withManagedFields(
  _resource: Resource,
  object: KubernetesObject,
  _old: KubernetesObject | undefined,
  _manager: string,
  _subresource: string,
  _time: string,
): KubernetesObject {
  return object;
}
