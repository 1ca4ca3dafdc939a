import { deepEqual, getKey, getPath, isJsonObject, type JsonValue, type KubernetesObject } from '@capstan/object';
import { checkEscalation } from '../access/escalation.ts';
import { admitUpdate } from '../admission/admit.ts';
import { objectKey, type Stored } from '../store/collection.ts';
import { badRequest, conflict, invalid, notFound } from './api-status-error.ts';
import { findStored, type Cluster, type WriteRequest } from './cluster.ts';
import { createObject } from './create.ts';
import { checkFields } from './field-validation.ts';
import { withManagedFields } from './field-managers.ts';
import { finalizersOf, isTerminating, metadataErrors, metaText, objectOf, withMeta } from './metadata.ts';
import { hasSubresource, type Resource } from './resource.ts';
import { decodeUpdate } from './share.ts';

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Kinds that a PUT may create. */
const CREATED_BY_UPDATE = new Set([
  '/endpoints',
  '/events',
  '/services',
  'coordination.k8s.io/leases',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
]);

/** The outcome of a write: `created` tells 201 from 200. */
export interface Written {
  readonly object: KubernetesObject;
  readonly created: boolean;
}

/**
 * Replaces an object (PUT).
 * @throws ApiStatusError
 */
export function updateObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
  body: JsonValue,
  request: WriteRequest,
): Written {
  const given = objectOf(resource, body);
  const own = metaText(given, 'name');
  if (own !== name) {
    if (own === '') {
      throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
    }
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  }
  const ownNamespace = metaText(given, 'namespace');
  if (resource.namespaced && ownNamespace !== '' && ownNamespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${ownNamespace}) does not match the namespace on the request (${namespace})`,
    );
  }
  const placed = resource.namespaced ? withMeta(given, { namespace }) : withMeta(given, { namespace: undefined });
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined) {
    if (request.subresource !== '' || !CREATED_BY_UPDATE.has(resource.collection)) throw notFound(resource, name);
    const upsert: WriteRequest = { ...request, upserts: true };
    return { object: createObject(cluster, resource, namespace, placed, upsert), created: true };
  }
  const old = resource.fromStorage(stored.object);
  const checked = decodeUpdate(resource, placed, old, (object) => checkFields(resource, object, request));
  const decoded = keepReset(checked, placed);
  checkPreconditions(resource, stored, decoded);
  const object = finishUpdate(cluster, resource, stored, decoded, request, (next, before, now) =>
    withManagedFields(resource, next, before, { ...request, now }),
  );
  return { object, created: false };
}

/** An empty list of managed fields asks to forget them; decoding drops empty lists. */
function keepReset(object: KubernetesObject, given: KubernetesObject): KubernetesObject {
  const managed = getKey(given.metadata, 'managedFields');
  return Array.isArray(managed) && managed.length === 0 ? withMeta(object, { managedFields: [] }) : object;
}

/**
 * Checks the uid and the resourceVersion that an object bears against what is stored.
 * @throws ApiStatusError 409
 */
export function checkPreconditions(resource: Resource, stored: Stored, object: KubernetesObject): void {
  const name = metaText(object, 'name');
  const uid = metaText(object, 'uid');
  const actual = metaText(stored.object, 'uid');
  if (uid !== '' && uid !== actual) {
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: ${registryKey(resource, object)}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`,
    );
  }
  const revision = metaText(object, 'resourceVersion');
  if (revision === '' && resource.custom) {
    throw invalid({ group: resource.group, kind: resource.resource }, name, [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
  if (revision !== '' && revision !== String(stored.revision)) throw conflict(resource, name, MODIFIED);
}

/** Where the real server keeps an object; it tells so in this one message. */
function registryKey(resource: Resource, object: KubernetesObject): string {
  const place = resource.custom ? `${resource.group}/${resource.resource}` : resource.resource;
  const namespace = metaText(object, 'namespace');
  return `/registry/${place}/${namespace === '' ? '' : `${namespace}/`}${metaText(object, 'name')}`;
}

/** Adds the record of who wrote what. */
export type Manage = (object: KubernetesObject, old: KubernetesObject, now: Date) => KubernetesObject;

/**
 * The part of every update after decoding and defaults: what may not change is put back, generation is counted, the
 * result validated and stored. A write that changes nothing is none; one that removes the last finalizer of a deleted
 * object removes the object.
 * @throws ApiStatusError
 */
export function finishUpdate(
  cluster: Cluster,
  resource: Resource,
  stored: Stored,
  given: KubernetesObject,
  request: WriteRequest,
  manage: Manage,
): KubernetesObject {
  const old = resource.fromStorage(stored.object);
  const managed = manage(keepSystemFields(resource, given, old), old, cluster.clock.now());
  if (managed === old) return old;
  const admitted = admitUpdate(cluster, resource, reset(resource, managed, old, request.subresource), old);
  const { user, urlName } = request;
  checkEscalation(cluster.access, { resource, object: admitted, old, urlName, user });
  const kept = keepSystemFields(resource, admitted, old);
  const object = countGeneration(resource, kept, old, request.subresource);
  const errors = [...metadataErrors(resource, object), ...resource.validate(object, old, request.subresource)];
  if (errors.length > 0) throw invalid(resource, metaText(object, 'name'), errors);
  if (isUnchanged(object, old)) return old;
  if (isTerminating(object) && isFinished(object)) return finishDeletion(cluster, resource, stored, object, request);
  if (request.dryRun) return object;
  const key = objectKey(metaText(object, 'namespace'), metaText(object, 'name'));
  return resource.fromStorage(cluster.store.put(resource.collection, key, resource.toStorage(object)).object);
}

function finishDeletion(
  cluster: Cluster,
  resource: Resource,
  stored: Stored,
  object: KubernetesObject,
  request: WriteRequest,
): KubernetesObject {
  if (!request.dryRun) cluster.store.remove(resource.collection, stored.key, resource.toStorage(object));
  return object;
}

/** Whether nothing holds a terminating object any longer. */
export function isFinished(object: KubernetesObject): boolean {
  const grace = getKey(object.metadata, 'deletionGracePeriodSeconds');
  const holds =
    object.kind === 'Namespace' && object.apiVersion === 'v1' ? getPath(object, 'spec', 'finalizers') : undefined;
  if (Array.isArray(holds) && holds.length > 0) return false;
  return finalizersOf(object).length === 0 && (grace === undefined || grace === 0);
}

/** Whether two states differ in nothing but the times in managed fields. */
function isUnchanged(object: KubernetesObject, old: KubernetesObject): boolean {
  const strip = (value: KubernetesObject): JsonValue => {
    const managed = getKey(value.metadata, 'managedFields');
    if (!Array.isArray(managed)) return value;
    const entries = (managed as readonly JsonValue[]).map((entry) => {
      if (!isJsonObject(entry)) return entry;
      const { time: _time, ...rest } = entry;
      return rest;
    });
    return withMeta(value, { managedFields: entries });
  };
  return deepEqual(strip(object), strip(old));
}

/** What the endpoint written to cannot change is as before: status through the object, all else through /status. */
function reset(
  resource: Resource,
  given: KubernetesObject,
  old: KubernetesObject,
  subresource: string,
): KubernetesObject {
  if (subresource === '') {
    return hasSubresource(resource, 'status') ? withField(given, 'status', old['status']) : given;
  }
  if (subresource === 'status') {
    const managedFields = getKey(given.metadata, 'managedFields');
    const metadata = resource.custom ? withMeta(old, { managedFields }).metadata : statusMetadata(given, old);
    return { ...withField(old, 'status', given['status']), metadata };
  }
  if (subresource === 'finalize') return { ...given, ...withoutUndefined({ status: old['status'] }) };
  return given;
}

/** Through /status, built-in kinds take annotations, but neither labels nor ownership. */
function statusMetadata(given: KubernetesObject, old: KubernetesObject): KubernetesObject['metadata'] {
  return withMeta(given, {
    labels: getKey(old.metadata, 'labels'),
    ownerReferences: getKey(old.metadata, 'ownerReferences'),
    finalizers: getKey(old.metadata, 'finalizers'),
  }).metadata;
}

function withField(object: KubernetesObject, key: string, value: JsonValue | undefined): KubernetesObject {
  if (value !== undefined) return { ...object, [key]: value };
  const { apiVersion, kind, metadata } = object;
  const rest = Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return { ...rest, apiVersion, kind, metadata };
}

function withoutUndefined(fields: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  const found: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) found[key] = value;
  return found;
}

/** Fields of metadata that only the server sets. A terminating object takes no new finalizers. */
function keepSystemFields(resource: Resource, object: KubernetesObject, old: KubernetesObject): KubernetesObject {
  const keys = [
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generation',
    'selfLink',
  ];
  const fields: Record<string, JsonValue | undefined> = {};
  for (const key of keys) fields[key] = getKey(old.metadata, key);
  fields['resourceVersion'] = getKey(old.metadata, 'resourceVersion');
  if (getKey(object.metadata, 'generateName') === undefined) {
    fields['generateName'] = getKey(old.metadata, 'generateName');
  }
  if (isTerminating(old)) {
    const before = new Set(finalizersOf(old));
    const added = finalizersOf(object).filter((finalizer) => !before.has(finalizer));
    if (added.length > 0) {
      const listed = added.map((finalizer) => JSON.stringify(finalizer)).join(',');
      throw invalid(resource, metaText(old, 'name'), [
        {
          reason: 'FieldValueForbidden',
          field: 'metadata.finalizers',
          message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${listed}}`,
        },
      ]);
    }
  }
  return withMeta(object, fields);
}

function countGeneration(
  resource: Resource,
  object: KubernetesObject,
  old: KubernetesObject,
  subresource: string,
): KubernetesObject {
  const before = getKey(old.metadata, 'generation');
  if (!resource.hasGeneration || subresource === 'status' || typeof before !== 'number') return object;
  return resource.bumpsGeneration(object, old) ? withMeta(object, { generation: before + 1 }) : object;
}
