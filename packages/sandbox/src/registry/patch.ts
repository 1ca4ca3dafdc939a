import { isCapstanError } from '@capstan/errors';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  getPath,
  isJsonObject,
  mergeMetadataFromSchema,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
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
  const patched = objectOf(resource, applyPatch(resource, old, patch));
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

function applyPatch(resource: Resource, old: KubernetesObject, patch: Patch): JsonValue {
  try {
    switch (patch.type) {
      case 'json':
        return applyJsonPatch(old, patch.value);
      case 'merge':
        return applyMergePatch(old, patch.value);
      case 'strategic':
        return applyStrategic(resource, old, patch.value);
      case 'apply':
        throw badRequest('apply patches are not served yet');
    }
  } catch (error) {
    if (!isCapstanError(error, 'PATCH_INVALID')) throw error;
    throw patch.type === 'json' ? unprocessable(error.message) : badRequest(error.message);
  }
}

function applyStrategic(resource: Resource, old: KubernetesObject, patch: JsonValue): JsonValue {
  const schema = resource.schema();
  if (!isJsonObject(patch) || schema === undefined) throw badRequest('a strategic merge patch must be an object');
  const schemas = getPath(schema.document, 'components', 'schemas');
  const own = getPath(schemas, schema.name);
  if (!isJsonObject(schemas) || !isJsonObject(own)) throw badRequest('the kind has no schema to merge by');
  return applyStrategicMergePatch(old, patch, mergeMetadataFromSchema(schemas, own));
}

function unprocessable(message: string): ApiStatusError {
  return new ApiStatusError(422, 'Invalid', `the server rejected our request due to an error in our request`, {
    causes: [{ reason: 'UnexpectedServerResponse', message }],
  });
}
