import type { JsonValue, KubernetesObject } from '@capstan/object';
import { checkEscalation } from '../access/escalation.ts';
import { admitCreate } from '../admission/admit.ts';
import { objectKey } from '../store/collection.ts';
import { alreadyExists, ApiStatusError, badRequest, invalid } from './api-status-error.ts';
import { collectionOf, timestamp, type Cluster, type WriteRequest } from './cluster.ts';
import { checkFields } from './field-validation.ts';
import { withManagedFields } from './field-managers.ts';
import { metadataErrors, metaText, objectOf, withMeta } from './metadata.ts';
import { generatedName, nameErrors } from './names.ts';
import { hasSubresource, type Resource } from './resource.ts';

/** How often a generated name that is taken is drawn again. */
const NAME_ATTEMPTS = 8;

/**
 * Creates an object.
 * @throws ApiStatusError
 */
export function createObject(
  cluster: Cluster,
  resource: Resource,
  namespace: string,
  body: JsonValue,
  request: WriteRequest,
): KubernetesObject {
  const given = named(cluster, resource, inNamespace(resource, objectOf(resource, body), namespace));
  const decoded = checkFields(resource, given, request);
  return finishCreate(cluster, resource, resource.applyDefaults(decoded), request, (object, now) =>
    withManagedFields(resource, object, undefined, { ...request, now }),
  );
}

/** The part of a create after decoding and defaults; shared with server-side apply, which brings its own `manage`. */
export function finishCreate(
  cluster: Cluster,
  resource: Resource,
  given: KubernetesObject,
  request: WriteRequest,
  manage: (object: KubernetesObject, now: Date) => KubernetesObject,
): KubernetesObject {
  if (metaText(given, 'resourceVersion') !== '') {
    throw new ApiStatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const now = cluster.clock.now();
  const time = timestamp(now);
  const identified = withMeta(withoutStatus(resource, manage(given, now)), {
    uid: cluster.newUid(),
    creationTimestamp: time,
  });
  const object = withMeta(admitCreate(cluster, resource, identified, time), {
    generation: resource.hasGeneration ? 1 : undefined,
    resourceVersion: undefined,
    selfLink: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
  const { user, urlName } = request;
  checkEscalation(cluster.access, { resource, object, old: undefined, urlName, user });
  const name = metaText(object, 'name');
  const errors = [...metadataErrors(resource, object), ...resource.validate(object, undefined, '')];
  if (errors.length > 0) throw invalid(resource, name, errors);
  if (request.upserts === true) requireCreate(cluster, resource, object, request);
  const key = objectKey(metaText(object, 'namespace'), name);
  if (collectionOf(cluster, resource).get(key) !== undefined) throw alreadyExists(resource, name);
  if (request.dryRun) return object;
  const stored = cluster.store.put(resource.collection, key, resource.toStorage(object));
  return resource.fromStorage(stored.object);
}

/** What an update or an apply makes anew also needs the right to create it. */
function requireCreate(cluster: Cluster, resource: Resource, object: KubernetesObject, request: WriteRequest): void {
  cluster.access.require(request.user, {
    isResource: true,
    verb: 'create',
    group: resource.group,
    resource: resource.resource,
    subresource: request.subresource,
    namespace: metaText(object, 'namespace'),
    name: request.urlName,
  });
}

/** A new object's status is the server's to give, except a Node's, which registers with its own. */
function withoutStatus(resource: Resource, object: KubernetesObject): KubernetesObject {
  if (!hasSubresource(resource, 'status') || object['status'] === undefined || resource.collection === '/nodes') {
    return object;
  }
  const { status: _status, ...rest } = object;
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function inNamespace(resource: Resource, object: KubernetesObject, namespace: string): KubernetesObject {
  const own = metaText(object, 'namespace');
  if (!resource.namespaced) {
    if (own !== '') return withMeta(object, { namespace: undefined });
    return object;
  }
  if (own !== '' && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return withMeta(object, { namespace });
}

function named(cluster: Cluster, resource: Resource, object: KubernetesObject): KubernetesObject {
  const base = metaText(object, 'generateName');
  if (metaText(object, 'name') !== '') return object;
  if (base === '') {
    throw invalid(resource, '', [
      {
        reason: 'FieldValueRequired',
        field: 'metadata.name',
        message: 'Required value: name or generateName is required',
      },
    ]);
  }
  const namespace = metaText(object, 'namespace');
  for (let attempt = 1; ; attempt++) {
    const name = generatedName(base, cluster.newUid());
    const taken = collectionOf(cluster, resource).get(objectKey(namespace, name)) !== undefined;
    if (!taken || attempt >= NAME_ATTEMPTS || nameErrors(resource, name).length > 0) return withMeta(object, { name });
  }
}
