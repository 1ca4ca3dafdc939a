import { getKey, isJsonObject, setKey, type JsonValue } from '@capstan/object';
import { ApiStatusError, badRequest, notFound } from './api-status-error.ts';
import { findStored, type Cluster, type WriteRequest } from './cluster.ts';
import { checkFields } from './field-validation.ts';
import { withManagedFields } from './field-managers.ts';
import { metaText, objectOf } from './metadata.ts';
import type { Resource } from './resource.ts';
import { finishUpdate, checkPreconditions, type Written } from './update.ts';

/** The four kinds of patch. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/**
 * The kind of patch that a media type means.
 * @throws ApiStatusError 415
 */
export function patchTypeOf(mediaType: string, resource: Resource): PatchType {
  const type = TYPES[mediaType];
  if (type === undefined || (type === 'strategic' && resource.custom)) {
    const allowed = Object.keys(TYPES).filter((entry) => !resource.custom || TYPES[entry] !== 'strategic');
    throw new ApiStatusError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: ' + allowed.join(', '),
    );
  }
  return type;
}

/** A patch, decoded. */
export interface Patch {
  readonly type: PatchType;
  readonly value: JsonValue;
}

/**
 * Patches an object.
 * @throws ApiStatusError
 */
export function patchObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
  patch: Patch,
  request: WriteRequest,
): Written {
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined) throw notFound(resource, name);
  const old = resource.fromStorage(stored.object);
  const patched = objectOf(resource, applyPatch(old, patch));
  if (metaText(patched, 'name') !== name) {
    throw badRequest(
      `the name of the object (${metaText(patched, 'name')}) does not match the name on the URL (${name})`,
    );
  }
  const decoded = resource.applyDefaults(checkFields(resource, patched, request));
  checkPreconditions(resource, stored, decoded);
  const object = finishUpdate(cluster, resource, stored, decoded, request, (next, before, time) =>
    withManagedFields(resource, next, before, request.manager, request.subresource, time),
  );
  return { object, created: false };
}

function applyPatch(old: JsonValue, patch: Patch): JsonValue {
  if (patch.type !== 'merge') throw badRequest(`${patch.type} patches are not served yet`);
  return mergePatch(old, patch.value);
}

function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, JsonValue> = {};
  const base = isJsonObject(target) ? target : {};
  for (const [key, value] of Object.entries(base)) if (getKey(patch, key) !== null) setKey(result, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null) setKey(result, key, mergePatch(getKey(base, key) ?? null, value));
  }
  return result;
}
