import { deepEqual, getPath, type KubernetesObject } from '@capstan/object';
import { allocateServiceAddresses } from '../defaults/index.ts';
import { forbidden, notFound } from '../registry/api-status-error.ts';
import type { Cluster } from '../registry/cluster.ts';
import { isTerminating, metaText } from '../registry/metadata.ts';
import { nameSuffix } from '../registry/names.ts';
import type { Resource } from '../registry/resource.ts';
import { objectKey } from '../store/collection.ts';

const NAMESPACES = { group: '', resource: 'namespaces' };

/** Where namespaces are kept. */
export const NAMESPACE_COLLECTION = '/namespaces';

/**
 * What admission does to an object that is being created.
 * @throws ApiStatusError 403, 404
 */
export function admitCreate(
  cluster: Cluster,
  resource: Resource,
  object: KubernetesObject,
  now: string,
): KubernetesObject {
  if (resource.namespaced) requireNamespace(cluster, resource, object);
  const uid = metaText(object, 'uid');
  const storageClass = resource.collection === '/persistentvolumeclaims' ? defaultStorageClass(cluster) : undefined;
  const account = resource.collection === '/pods' ? accountOf(cluster, object) : undefined;
  const prepared = resource.prepareForCreate(object, {
    uid,
    suffix: nameSuffix(cluster.newUid()),
    now,
    ...(storageClass === undefined ? {} : { defaultStorageClass: storageClass }),
    ...(account === undefined ? {} : { account }),
  });
  return resource.collection === '/services' ? withAddresses(cluster, prepared, undefined) : prepared;
}

/** What admission does to an object that is being changed: a Service keeps the addresses that it has. */
export function admitUpdate(
  cluster: Cluster,
  resource: Resource,
  object: KubernetesObject,
  old: KubernetesObject,
): KubernetesObject {
  if (resource.collection !== '/services' || deepEqual(object['spec'] ?? null, old['spec'] ?? null)) return object;
  return withAddresses(cluster, object, old);
}

/** A Service with the addresses and ports that its type asks for; `old` keeps what it has. */
function withAddresses(
  cluster: Cluster,
  service: KubernetesObject,
  old: KubernetesObject | undefined,
): KubernetesObject {
  const taken = cluster.services.takenFor(metaText(service, 'namespace'), metaText(service, 'name'));
  return allocateServiceAddresses(service, taken, old);
}

const PODS = { group: '', resource: 'pods' };

/** The service account that a pod is to run as; without it there is no pod. */
function accountOf(cluster: Cluster, pod: KubernetesObject): KubernetesObject {
  const given = getPath(pod, 'spec', 'serviceAccountName');
  const name = typeof given === 'string' && given !== '' ? given : 'default';
  const namespace = metaText(pod, 'namespace');
  const stored = cluster.store.collection('/serviceaccounts').get(objectKey(namespace, name));
  if (stored !== undefined) return stored.object;
  const why = `serviceaccount ${JSON.stringify(name)} not found`;
  throw forbidden(PODS, metaText(pod, 'name'), `error looking up service account ${namespace}/${name}: ${why}`);
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

function defaultStorageClass(cluster: Cluster): string | undefined {
  for (const stored of cluster.store.collection('storage.k8s.io/storageclasses').list()) {
    if (getPath(stored.object, 'metadata', 'annotations', DEFAULT_CLASS) === 'true')
      return metaText(stored.object, 'name');
  }
  return undefined;
}

function requireNamespace(cluster: Cluster, resource: Resource, object: KubernetesObject): void {
  const namespace = metaText(object, 'namespace');
  const stored = cluster.store.collection(NAMESPACE_COLLECTION).get(objectKey('', namespace));
  if (stored === undefined) throw notFound(NAMESPACES, namespace);
  if (!isTerminating(stored.object)) return;
  throw forbidden(
    resource,
    metaText(object, 'name'),
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}
