import { isCapstanError } from '@capstan/errors';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  getPath,
  isJsonObject,
  mergeMetadataFromSchema,
  parseApiVersion,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import { formatJson } from '../json.ts';
import type { Stored } from '../store/collection.ts';
import { ApiStatusError, badRequest, conflict, invalid, notFound } from './api-status-error.ts';
import { findStored, type Cluster, type WriteRequest } from './cluster.ts';
import { checkFields } from './field-validation.ts';
import { finishCreate } from './create.ts';
import { applied, withManagedFields } from './field-managers.ts';
import { metaText, objectOf, withMeta } from './metadata.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { goText, restoreFault } from './restore-fault.ts';
import { decodeUpdate } from './share.ts';
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
    if (type === undefined) {
      throw new ApiStatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
    }
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
  if (patch.type === 'apply') return applyObject(cluster, resource, stored, { namespace, name }, patch.value, request);
  if (stored === undefined) throw notFound(resource, name);
  const old = resource.fromStorage(stored.object);
  const patched = objectOf(resource, applyPatch(resource, old, { type: patch.type, value: patch.value }));
  if (metaText(patched, 'name') !== name) {
    throw badRequest(
      `the name of the object (${metaText(patched, 'name')}) does not match the name on the URL (${name})`,
    );
  }
  if (patch.type === 'strategic') checkRestored(patched, patch.value);
  const decoded = decodeUpdate(resource, patched, old, (object) => checkPatched(resource, object, patched, request));
  checkPreconditions(resource, stored, decoded);
  const object = finishUpdate(cluster, resource, stored, decoded, request, (next, before, now) =>
    withManagedFields(resource, next, before, { ...request, now }),
  );
  return { object, created: false };
}

/** Server-side apply; creates what does not exist, except through a subresource. */
function applyObject(
  cluster: Cluster,
  resource: Resource,
  stored: Stored | undefined,
  at: { readonly namespace: string; readonly name: string },
  value: JsonValue,
  request: WriteRequest,
): Written {
  const configuration = configurationAt(resource, value, at);
  const now = cluster.clock.now();
  if (stored === undefined) {
    if (request.subresource !== '') throw notFound(resource, at.name);
    if (metaText(configuration, 'uid') !== '') throw uidMismatch(resource, configuration);
    const made = applied(resource, configuration, undefined, request, now);
    const object = resource.namespaced ? withMeta(made, { namespace: at.namespace }) : made;
    const upsert: WriteRequest = { ...request, upserts: true };
    return { object: finishCreate(cluster, resource, object, upsert, (next) => next), created: true };
  }
  const old = resource.fromStorage(stored.object);
  checkPreconditions(resource, stored, withMeta(configuration, { resourceVersion: givenRevision(configuration, old) }));
  const object = applied(resource, configuration, old, request, now);
  if (object === old) return { object: old, created: false };
  return { object: finishUpdate(cluster, resource, stored, object, request, (next) => next), created: false };
}

/** An apply needs no resourceVersion; one that it bears must be right. */
function givenRevision(configuration: KubernetesObject, old: KubernetesObject): string {
  const given = metaText(configuration, 'resourceVersion');
  return given === '' ? metaText(old, 'resourceVersion') : given;
}

function uidMismatch(resource: Resource, configuration: KubernetesObject): ApiStatusError {
  const why = `uid mismatch: the provided object specified uid ${metaText(configuration, 'uid')}, and no existing object was found`;
  return conflict(resource, metaText(configuration, 'name'), why);
}

function configurationAt(
  resource: Resource,
  value: JsonValue,
  at: { readonly namespace: string; readonly name: string },
): KubernetesObject {
  const apiVersion = textAt(value, 'apiVersion');
  const kind = textAt(value, 'kind');
  if (apiVersion !== apiVersionOf(resource) || kind !== resource.kind) {
    const { group, version } = parseApiVersion(apiVersion);
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  }
  const given = objectOf(resource, value);
  const name = metaText(given, 'name');
  if (name !== '' && name !== at.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${at.name})`);
  }
  const namespace = metaText(given, 'namespace');
  if (resource.namespaced && namespace !== '' && namespace !== at.namespace) {
    throw badRequest(
      `the namespace of the object (${namespace}) does not match the namespace on the request (${at.namespace})`,
    );
  }
  return withMeta(given, { name: at.name });
}

function applyPatch(
  resource: Resource,
  old: KubernetesObject,
  patch: { readonly type: 'json' | 'merge' | 'strategic'; readonly value: JsonValue },
): JsonValue {
  try {
    switch (patch.type) {
      case 'json':
        return applyJsonPatch(old, patch.value);
      case 'merge':
        return untouched(applyMergePatch(old, patch.value), old, patch.value);
      case 'strategic':
        return untouched(applyStrategic(resource, old, patch.value), old, patch.value);
    }
  } catch (error) {
    if (!isCapstanError(error, 'PATCH_INVALID')) throw error;
    if (patch.type === 'json' && Array.isArray(patch.value)) throw unprocessable();
    const why =
      patch.type === 'json'
        ? `json: cannot unmarshal ${isJsonObject(patch.value) ? 'object' : typeof patch.value} into Go value of type []handlers.jsonPatchOp`
        : error.message;
    throw badRequest(`error decoding patch: ${why}`);
  }
}

/** What a merge does not name is as it was, and stays the very same. */
function untouched(merged: JsonValue, old: KubernetesObject, patch: JsonValue): JsonValue {
  if (!isJsonObject(merged) || !isJsonObject(patch)) return merged;
  if (Object.keys(patch).some((key) => key.startsWith('$'))) return merged;
  const kept = Object.fromEntries(Object.entries(old).filter(([key]) => !Object.hasOwn(patch, key)));
  return { ...merged, ...kept };
}

function applyStrategic(resource: Resource, old: KubernetesObject, patch: JsonValue): JsonValue {
  const schema = resource.schema();
  if (!isJsonObject(patch) || schema === undefined) throw badRequest('a strategic merge patch must be an object');
  const schemas = getPath(schema.document, 'components', 'schemas');
  const own = getPath(schemas, schema.name);
  if (!isJsonObject(schemas) || !isJsonObject(own)) throw badRequest('the kind has no schema to merge by');
  return applyStrategicMergePatch(old, patch, mergeMetadataFromSchema(schemas, own));
}

function textAt(value: JsonValue, key: string): string {
  const found = getPath(value, key);
  return typeof found === 'string' ? found : '';
}

function unprocessable(): ApiStatusError {
  return new ApiStatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** A strategic merge is read into the kind's types without JSON between; the refusal then shows the patch. */
function checkRestored(patched: KubernetesObject, patch: JsonValue): void {
  const why = restoreFault(patched);
  if (why === undefined) return;
  const message = `Invalid value: ${JSON.stringify(goText(patch))}: ${why}`;
  throw invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', message }]);
}

/** What a patch leaves has to be of the kind; the refusal shows the whole object, as upstream's does. */
function checkPatched(
  resource: Resource,
  object: KubernetesObject,
  patched: KubernetesObject,
  request: WriteRequest,
): KubernetesObject {
  try {
    return checkFields(resource, object, request);
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.status !== 400) throw error;
    const why = error.message.slice(error.message.indexOf(': ') + 2);
    const message = `Invalid value: ${JSON.stringify(formatJson(patched))}: ${why}`;
    throw invalid({ group: '', kind: '' }, '', [{ reason: 'FieldValueInvalid', field: 'patch', message }]);
  }
}
