import { getKey, isJsonObject, type JsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import type { FieldError } from './api-status-error.ts';
import { badRequest } from './api-status-error.ts';
import { keyErrors, labelValueErrors, nameErrors } from './names.ts';
import { ownerErrors } from './owner-errors.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** All annotations of an object together, keys and values, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

/** Finalizers that need no domain before their name. */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

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

/** A kind in a version: what an object says that it is. */
export type NamedType = Pick<Resource, 'group' | 'version' | 'kind'>;

/**
 * An object out of a request's body, of the kind that the resource holds.
 * @throws ApiStatusError 400
 */
export function objectOf(resource: NamedType, body: JsonValue, expected = apiVersionOf(resource)): KubernetesObject {
  if (!isJsonObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
  const apiVersion = textOr(getKey(body, 'apiVersion'), expected);
  const kind = textOr(getKey(body, 'kind'), resource.kind);
  if (apiVersion !== expected || kind !== resource.kind) throw notConvertible(resource, apiVersion, kind);
  const metadata = getKey(body, 'metadata');
  return { ...body, apiVersion, kind, metadata: isJsonObject(metadata) ? withoutEmptyParts(metadata) : {} };
}

/** Parts of metadata that are not stored when they are empty, of any kind: metadata goes through the server's own type. */
const lists = new Set(['annotations', 'labels', 'finalizers', 'ownerReferences']);

function withoutEmptyParts(metadata: JsonObject): JsonObject {
  const isEmpty = ([key, value]: readonly [string, JsonValue]): boolean =>
    lists.has(key) && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  const entries = Object.entries(metadata);
  return entries.some(isEmpty) ? Object.fromEntries(entries.filter((entry) => !isEmpty(entry))) : metadata;
}

function textOr(value: JsonValue | undefined, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other;
}

function notConvertible(resource: NamedType, apiVersion: string, kind: string): Error {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const what = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}`;
  if (kind === resource.kind) {
    const scheme = 'in scheme "pkg/runtime/scheme.go:111"';
    return badRequest(
      `${what}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ${scheme}`,
    );
  }
  const home = resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '');
  return badRequest(`${what}: converting (${version}.${kind}) to (${home}.${resource.kind}): unknown conversion`);
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
  errors.push(...annotationErrors(object), ...ownerErrors(object), ...finalizerErrors(resource, object));
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

/** Kinds outside of the API server's own code take any name; Flux's finalizer has no slash. */
function finalizerErrors(resource: Resource, object: KubernetesObject): FieldError[] {
  return finalizersOf(object).flatMap((finalizer, index) => [
    ...keyErrors('metadata.finalizers', finalizer),
    ...(resource.custom || finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
      ? []
      : [
          {
            reason: 'FieldValueInvalid',
            field: `metadata.finalizers[${index}]`,
            message: `Invalid value: ${JSON.stringify(finalizer)}: name is neither a standard finalizer name nor is it fully qualified`,
          },
        ]),
  ]);
}

/** A reference to an owner, with '' for what is missing. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly blocks: boolean;
  /** Whether it is the one that manages the object. */
  readonly controls: boolean;
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
    controls: getKey(entry, 'controller') === true,
  };
}
