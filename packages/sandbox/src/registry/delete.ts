import { getKey, getPath, type KubernetesObject } from '@capstan/object';
import { objectKey, type Stored } from '../store/collection.ts';
import { conflict, forbidden, notFound } from './api-status-error.ts';
import { collectionOf, findStored, timestamp, type Cluster } from './cluster.ts';
import { finalizersOf, isTerminating, metaText, withMeta } from './metadata.ts';
import type { Resource } from './resource.ts';
import { isFinished } from './update.ts';

/** What becomes of the objects that a deleted one owns. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** DeleteOptions, read. */
export interface DeleteRequest {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: Propagation;
  readonly gracePeriodSeconds?: number;
  readonly dryRun: boolean;
}

/** The outcome: the object as it is now, and whether it is gone. */
export interface Deleted {
  readonly object: KubernetesObject;
  readonly gone: boolean;
}

/** Namespaces that a cluster cannot be without. */
const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** Where definitions are kept. */
export const DEFINITION_COLLECTION = 'apiextensions.k8s.io/customresourcedefinitions';

/** Holds a definition until the last of its objects is gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

/** The finalizers by which the garbage collector holds an owner until its dependents are dealt with. */
export const FOREGROUND_FINALIZER = 'foregroundDeletion';
export const ORPHAN_FINALIZER = 'orphan';

/**
 * Deletes an object, or begins to where finalizers or a grace period hold it.
 * @throws ApiStatusError 404, 409
 */
export function deleteObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
  request: DeleteRequest,
): Deleted {
  const stored = findStored(cluster, resource, namespace, name);
  if (stored === undefined) throw notFound(resource, name);
  return deleteStored(cluster, resource, stored, request);
}

/** `deleteObject` for an object at hand. */
export function deleteStored(cluster: Cluster, resource: Resource, stored: Stored, request: DeleteRequest): Deleted {
  const old = resource.fromStorage(stored.object);
  const name = metaText(old, 'name');
  checkPreconditions(resource, stored, old, request);
  if (resource.collection === '/namespaces' && IMMORTAL.has(name)) {
    throw forbidden(resource, name, 'this namespace may not be deleted');
  }
  const grace = gracePeriod(resource, old, request);
  const finalizers = propagationFinalizers(heldBy(resource, old), request.propagation);
  const marked = mark(cluster, resource, withMeta(old, { finalizers }), grace, old);
  if (isFinished(marked)) {
    if (request.dryRun) return { object: marked, gone: true };
    const last = withMeta(old, { deletionGracePeriodSeconds: undefined, deletionTimestamp: undefined });
    const removed = cluster.store.remove(
      resource.collection,
      stored.key,
      resource.toStorage(isTerminating(old) ? old : last),
    );
    return { object: resource.fromStorage(removed.object), gone: true };
  }
  if (marked === old || request.dryRun) return { object: marked, gone: false };
  const key = objectKey(metaText(marked, 'namespace'), name);
  const kept = cluster.store.put(resource.collection, key, resource.toStorage(marked));
  return { object: resource.fromStorage(kept.object), gone: false };
}

/**
 * Deletes every selected object; returns them as they were.
 * @throws ApiStatusError
 */
export function deleteSelected(
  cluster: Cluster,
  resource: Resource,
  namespace: string | undefined,
  selects: (object: KubernetesObject) => boolean,
  request: DeleteRequest,
): readonly KubernetesObject[] {
  const deleted: KubernetesObject[] = [];
  for (const stored of collectionOf(cluster, resource).list(resource.namespaced ? namespace : undefined)) {
    const object = resource.fromStorage(stored.object);
    if (!selects(object)) continue;
    const { gone, object: now } = deleteStored(cluster, resource, stored, request);
    deleted.push(gone ? object : now);
  }
  return deleted;
}

function checkPreconditions(
  resource: Resource,
  stored: Stored,
  object: KubernetesObject,
  request: DeleteRequest,
): void {
  const uid = metaText(object, 'uid');
  if (request.uid !== undefined && request.uid !== uid) {
    throw conflict(
      { group: resource.group, resource: resource.kind },
      metaText(object, 'name'),
      `the UID in the precondition (${request.uid}) does not match the UID in record (${uid}). ` +
        'The object might have been deleted and then recreated',
    );
  }
  if (request.resourceVersion !== undefined && request.resourceVersion !== String(stored.revision)) {
    throw conflict(
      { group: resource.group, resource: resource.kind },
      metaText(object, 'name'),
      `the ResourceVersion in the precondition (${request.resourceVersion}) does not match the ResourceVersion in ` +
        `record (${stored.revision}). The object might have been modified`,
    );
  }
}

/** Only pods on a node are given time; the default is their own. */
function gracePeriod(resource: Resource, object: KubernetesObject, request: DeleteRequest): number {
  if (resource.collection !== '/pods') return 0;
  const phase = getPath(object, 'status', 'phase');
  const node = getPath(object, 'spec', 'nodeName');
  if (typeof node !== 'string' || node === '' || phase === 'Failed' || phase === 'Succeeded') return 0;
  if (request.gracePeriodSeconds !== undefined) return request.gracePeriodSeconds;
  const own = getPath(object, 'spec', 'terminationGracePeriodSeconds');
  return typeof own === 'number' ? own : 30;
}

/** A definition is held until its objects are gone. */
function heldBy(resource: Resource, object: KubernetesObject): readonly string[] {
  const finalizers = finalizersOf(object);
  if (resource.collection !== DEFINITION_COLLECTION || isTerminating(object)) return finalizers;
  return [...finalizers.filter((finalizer) => finalizer !== CLEANUP_FINALIZER), CLEANUP_FINALIZER];
}

function propagationFinalizers(
  finalizers: readonly string[],
  propagation: Propagation | undefined,
): readonly string[] | undefined {
  if (propagation === undefined) return finalizers.length === 0 ? undefined : finalizers;
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND_FINALIZER && finalizer !== ORPHAN_FINALIZER);
  const next =
    propagation === 'Foreground'
      ? [...others, FOREGROUND_FINALIZER]
      : propagation === 'Orphan'
        ? [...others, ORPHAN_FINALIZER]
        : others;
  return next.length === 0 ? undefined : next;
}

/** The object with deletion begun; one that is already being deleted can only have its grace shortened. */
function mark(
  cluster: Cluster,
  resource: Resource,
  object: KubernetesObject,
  grace: number,
  old: KubernetesObject,
): KubernetesObject {
  const before = getKey(old.metadata, 'deletionGracePeriodSeconds');
  if (isTerminating(old) && (before === undefined || (typeof before === 'number' && before <= grace))) {
    const same = finalizersOf(object).join() === finalizersOf(old).join();
    return same ? old : object;
  }
  const due = new Date(cluster.clock.now().getTime() + grace * 1000);
  const generation = getKey(old.metadata, 'generation');
  const marked = withMeta(object, {
    deletionTimestamp: timestamp(due),
    deletionGracePeriodSeconds: grace,
    ...(resource.hasGeneration && typeof generation === 'number' ? { generation: generation + 1 } : {}),
  });
  if (resource.collection !== '/namespaces') return marked;
  const { deletionGracePeriodSeconds: _grace, ...metadata } = marked.metadata;
  return { ...marked, metadata, status: { phase: 'Terminating' } };
}
