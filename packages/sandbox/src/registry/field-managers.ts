import { isCapstanError } from '@capstan/errors';
import {
  applyServerSide,
  recordUpdate,
  resetFieldsOf,
  type KubernetesObject,
  type OwnershipRules,
} from '@capstan/object';
import { canonicalForm } from '../schema/index.ts';
import { ApiStatusError, badRequest } from './api-status-error.ts';
import type { WriteRequest } from './cluster.ts';
import { apiVersionOf, hasSubresource, type Resource } from './resource.ts';
import { sharing } from './share.ts';

const rules = new WeakMap<Resource, Map<string, OwnershipRules>>();

/** What ownership follows from: the kind's types, and what a write through the subresource resets. */
function rulesOf(resource: Resource, subresource: string): OwnershipRules {
  const known = rules.get(resource) ?? new Map<string, OwnershipRules>();
  rules.set(resource, known);
  const found = known.get(subresource);
  if (found !== undefined) return found;
  const { group, kind } = resource;
  const resetFields = resetFieldsOf({ group, kind, subresource, hasStatus: hasSubresource(resource, 'status') });
  const made: OwnershipRules = {
    schema: resource.types(),
    subresource,
    ...(resetFields === undefined ? {} : { resetFields }),
    ...(resource.custom ? {} : { emptyObject: emptyObject(resource) }),
  };
  known.set(subresource, made);
  return made;
}

function emptyObject(resource: Resource): KubernetesObject {
  return canonicalForm({ apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: {} });
}

/** Who writes, through what, and when. */
export type Writer = Pick<WriteRequest, 'manager' | 'subresource'> & { readonly now: Date };

/** The object with managed fields that say who wrote what; `old` is the state before, undefined for a create. */
export function withManagedFields(
  resource: Resource,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  { manager, subresource, now }: Writer,
): KubernetesObject {
  return recordUpdate({ ...rulesOf(resource, subresource), live: old, updated: object, manager, now }).object;
}

/**
 * What a server-side apply makes of an object; the live one itself when nothing changes.
 * @throws ApiStatusError 409 where other managers own what is applied
 */
export function applied(
  resource: Resource,
  configuration: KubernetesObject,
  live: KubernetesObject | undefined,
  request: WriteRequest,
  now: Date,
): KubernetesObject {
  try {
    const outcome = applyServerSide({
      ...rulesOf(resource, request.subresource),
      live,
      applied: configuration,
      manager: request.manager,
      force: request.force,
      now,
      defaults: (object) => {
        const decoded = resource.applyDefaults(resource.decode(object).object);
        return live === undefined ? decoded : sharing(decoded, live);
      },
    });
    if (outcome.kind !== 'conflict') return outcome.object;
    throw new ApiStatusError(409, 'Conflict', outcome.message, {
      causes: outcome.conflicts.map((entry) => ({
        reason: 'FieldManagerConflict',
        message: entry.message,
        field: entry.field,
      })),
    });
  } catch (error) {
    if (isCapstanError(error, 'OBJECT_INVALID')) throw badRequest(error.message);
    // Go answers such a failure as a fault of its own.
    if (isCapstanError(error, 'SCHEMA_VIOLATION')) throw new ApiStatusError(500, '', error.message);
    throw error;
  }
}
