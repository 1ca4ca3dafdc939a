import { getKey, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { FieldError } from './api-status-error.ts';
import { badRequest } from './api-status-error.ts';
import { keyErrors, labelValueErrors, nameErrors } from './names.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** All annotations of an object together, keys and values, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** A text field of metadata, '' when absent. */
export function metaText(object: KubernetesObject, key: string): string {
  const value = getKey(object.metadata, key);
  return typeof value === 'string' ? value : '';
}

/** The finalizers of an object. */
export function finalizersOf(object: KubernetesObject): readonly string[] {
  const value = getKey(object.metadata, 'finalizers');
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** Whether deletion of the object has begun. */
export function isTerminating(object: KubernetesObject): boolean {
  return metaText(object, 'deletionTimestamp') !== '';
}

/** The object with fields of its metadata set, or removed where undefined. */
export function withMeta(
  object: KubernetesObject,
  fields: Readonly<Record<string, JsonValue | undefined>>,
): KubernetesObject {
  const metadata: Record<string, JsonValue> = { ...object.metadata };
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}

/**
 * An object out of a request's body, of the kind that the resource holds.
 * @throws ApiStatusError 400
 */
export function objectOf(resource: Resource, body: JsonValue, expected = apiVersionOf(resource)): KubernetesObject {
  if (!isJsonObject(body))
    throw badRequest('the object provided is unrecognized (must be of type ' + `${resource.kind})`);
  const apiVersion = getKey(body, 'apiVersion') ?? expected;
  const kind = getKey(body, 'kind') ?? resource.kind;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw badRequest("Object 'Kind' is missing");
  }
  if (apiVersion !== expected && kind === resource.kind) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (kind !== resource.kind) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(versionOf(apiVersion))} cannot be handled as a ${resource.kind}: converting to ${resource.kind} failed`,
    );
  }
  const metadata = getKey(body, 'metadata');
  return { ...body, apiVersion, kind, metadata: isJsonObject(metadata) ? metadata : {} };
}

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/** What is wrong with the metadata of an object that is to be stored. */
export function metadataErrors(resource: Resource, object: KubernetesObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = metaText(object, 'name');
  if (name === '') {
    errors.push({
      reason: 'FieldValueRequired',
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
    });
  } else {
    errors.push(...nameErrors(resource, name));
  }
  const labels = getKey(object.metadata, 'labels');
  for (const [key, value] of Object.entries(isJsonObject(labels) ? labels : {})) {
    errors.push(...keyErrors('metadata.labels', key));
    if (typeof value === 'string') errors.push(...labelValueErrors('metadata.labels', value));
  }
  errors.push(...annotationErrors(object), ...ownerErrors(object), ...finalizerErrors(object));
  return errors;
}

function annotationErrors(object: KubernetesObject): FieldError[] {
  const annotations = getKey(object.metadata, 'annotations');
  if (!isJsonObject(annotations)) return [];
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    errors.push(...keyErrors('metadata.annotations', key.toLowerCase()));
    size += Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  }
  if (size > ANNOTATIONS_LIMIT) {
    const message = `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`;
    errors.push({ reason: 'FieldValueTooLong', field: 'metadata.annotations', message });
  }
  return errors;
}

function ownerErrors(object: KubernetesObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, owner] of ownersOf(object).entries()) {
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (owner[field] === '') {
        errors.push({
          reason: 'FieldValueInvalid',
          field: `metadata.ownerReferences[${index}].${field}`,
          message: `Invalid value: "": ${field === 'apiVersion' ? 'version' : field} must not be empty`,
        });
      }
    }
  }
  return errors;
}

function finalizerErrors(object: KubernetesObject): FieldError[] {
  return finalizersOf(object).flatMap((finalizer) => keyErrors('metadata.finalizers', finalizer));
}

/** A reference to an owner, with '' for what is missing. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly blocks: boolean;
}

/** The owners of an object. */
export function ownersOf(object: KubernetesObject): readonly Owner[] {
  const list = getKey(object.metadata, 'ownerReferences');
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((entry) => (isJsonObject(entry) ? [ownerOf(entry)] : []));
}

function ownerOf(entry: JsonObject): Owner {
  const text = (key: string): string => {
    const value = getKey(entry, key);
    return typeof value === 'string' ? value : '';
  };
  return {
    apiVersion: text('apiVersion'),
    kind: text('kind'),
    name: text('name'),
    uid: text('uid'),
    blocks: getKey(entry, 'blockOwnerDeletion') === true,
  };
}
