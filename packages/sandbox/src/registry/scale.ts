import {
  applyJsonPatch,
  applyMergePatch,
  getKey,
  getPath,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
} from '@capstan/object';
import type { Stored } from '../store/collection.ts';
import { badRequest, invalid, notFound } from './api-status-error.ts';
import { findStored, type Cluster, type WriteRequest } from './cluster.ts';
import { withManagedFields } from './field-managers.ts';
import { metaText, withMeta } from './metadata.ts';
import type { Patch } from './patch.ts';
import type { Resource, ScalePaths } from './resource.ts';
import { checkPreconditions, finishUpdate } from './update.ts';

interface Scalable {
  readonly stored: Stored;
  readonly object: KubernetesObject;
  readonly paths: ScalePaths;
}

/**
 * The Scale of an object.
 * @throws ApiStatusError 404
 */
export function getScale(cluster: Cluster, resource: Resource, namespace: string, name: string): KubernetesObject {
  const { object, paths } = scalable(cluster, resource, namespace, name);
  return scaleOf(object, paths);
}

/**
 * Replaces an object's Scale: only its replicas count.
 * @throws ApiStatusError
 */
export function updateScale(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
  body: JsonValue,
  request: WriteRequest,
): KubernetesObject {
  const found = scalable(cluster, resource, namespace, name);
  if (!isJsonObject(body) || getKey(body, 'kind') !== 'Scale') {
    throw badRequest(`the object provided is unrecognized (must be of type Scale)`);
  }
  return writeScale(cluster, resource, found, body, request);
}

/**
 * Patches an object's Scale.
 * @throws ApiStatusError
 */
export function patchScale(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
  patch: Patch,
  request: WriteRequest,
): KubernetesObject {
  const found = scalable(cluster, resource, namespace, name);
  const scale = scaleOf(found.object, found.paths);
  if (patch.type === 'apply') throw badRequest('a Scale cannot be applied; patch it or replace it');
  const patched = patch.type === 'json' ? applyJsonPatch(scale, patch.value) : applyMergePatch(scale, patch.value);
  if (!isJsonObject(patched)) throw badRequest('the patch does not leave an object');
  return writeScale(cluster, resource, found, patched, request);
}

function scalable(cluster: Cluster, resource: Resource, namespace: string, name: string): Scalable {
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined || resource.scale === undefined) throw notFound(resource, name);
  return { stored, object: resource.fromStorage(stored.object), paths: resource.scale };
}

function writeScale(
  cluster: Cluster,
  resource: Resource,
  { stored, object, paths }: Scalable,
  scale: JsonObject,
  request: WriteRequest,
): KubernetesObject {
  const replicas = getPath(scale, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) throw badRequest('spec.replicas must be an integer');
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    const error = { reason: 'FieldValueInvalid', field: 'spec.replicas', message };
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, metaText(object, 'name'), [error]);
  }
  const metadata = getKey(scale, 'metadata');
  const given = withMeta(object, isJsonObject(metadata) ? { resourceVersion: metadata['resourceVersion'] } : {});
  const revision = metaText(given, 'resourceVersion');
  checkPreconditions(resource, stored, revision === '' ? object : given);
  const next = setAt(object, paths.specReplicas, replicas);
  const written = finishUpdate(cluster, resource, stored, asObject(next, object), request, (after, before, now) =>
    isOwned(before, paths) ? withoutTime(withManagedFields(resource, after, before, { ...request, now })) : after,
  );
  return scaleOf(written, paths);
}

/**
 * Whether somebody owns the replicas. Where nobody does, the Scale shows no managed fields, and the API server starts to
 * keep none on an update of an object without any.
 */
function isOwned(object: KubernetesObject, paths: ScalePaths): boolean {
  const managed = getKey(object.metadata, 'managedFields');
  const fields = paths.specReplicas.map((name) => `f:${name}`);
  return (
    Array.isArray(managed) &&
    (managed as readonly JsonValue[]).some((entry) => getPath(entry, 'fieldsV1', ...fields) !== undefined)
  );
}

/** The record of a write through a Scale bears no time. */
function withoutTime(object: KubernetesObject): KubernetesObject {
  const managed = getKey(object.metadata, 'managedFields');
  if (!Array.isArray(managed)) return object;
  const entries = (managed as readonly JsonValue[]).map((entry) => {
    if (!isJsonObject(entry) || entry['subresource'] !== 'scale') return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
  return withMeta(object, { managedFields: entries });
}

function scaleOf(object: KubernetesObject, paths: ScalePaths): KubernetesObject {
  const { metadata } = object;
  const kept: Record<string, JsonValue> = {};
  for (const key of ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']) {
    const value = getKey(metadata, key);
    if (value !== undefined) kept[key] = value;
  }
  const wanted = getPath(object, ...paths.specReplicas);
  const selector = selectorOf(object, paths);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: kept,
    spec: typeof wanted === 'number' && wanted !== 0 ? { replicas: wanted } : {},
    status: {
      replicas: getPath(object, ...paths.statusReplicas) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}

/** The selector as text: a custom resource keeps it so, a built-in kind as a LabelSelector. */
function selectorOf(object: KubernetesObject, paths: ScalePaths): string {
  if (paths.selector !== undefined) {
    const text = getPath(object, ...paths.selector);
    return typeof text === 'string' ? text : '';
  }
  const selector = getPath(object, 'spec', 'selector');
  if (!isJsonObject(selector)) return '';
  const labels = getKey(selector, 'matchLabels') ?? (object.kind === 'ReplicationController' ? selector : {});
  const terms = Object.entries(isJsonObject(labels) ? labels : {}).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : ''}`,
  );
  const expressions = getKey(selector, 'matchExpressions');
  for (const entry of Array.isArray(expressions) ? (expressions as readonly JsonValue[]) : []) {
    terms.push(expressionText(entry));
  }
  return terms.sort().join(',');
}

function expressionText(entry: JsonValue): string {
  const found = getPath(entry, 'key');
  const key = typeof found === 'string' ? found : '';
  const values = getPath(entry, 'values');
  const list = Array.isArray(values) ? values.map(String).sort().join(',') : '';
  switch (getPath(entry, 'operator')) {
    case 'In':
      return `${key} in (${list})`;
    case 'NotIn':
      return `${key} notin (${list})`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}

function setAt(value: JsonValue | undefined, path: readonly string[], to: JsonValue): JsonObject {
  const [first, ...rest] = path;
  const base = isJsonObject(value) ? value : {};
  if (first === undefined) return base;
  return { ...base, [first]: rest.length === 0 ? to : setAt(getKey(base, first), rest, to) };
}

function asObject(value: JsonObject, like: KubernetesObject): KubernetesObject {
  return { ...value, apiVersion: like.apiVersion, kind: like.kind, metadata: like.metadata };
}
