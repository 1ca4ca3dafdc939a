import type { KubernetesObject } from '@capstan/object';
import { forbidden, notFound } from '../registry/api-status-error.ts';
import type { Cluster } from '../registry/cluster.ts';
import { isTerminating, metaText } from '../registry/metadata.ts';
import type { Resource } from '../registry/resource.ts';
import { objectKey } from '../store/collection.ts';

const NAMESPACES = { group: '', resource: 'namespaces' };

/** Where namespaces are kept. */
export const NAMESPACE_COLLECTION = '/namespaces';

/**
 * What admission does to an object that is being created.
 * @throws ApiStatusError 403, 404
 */
export function admitCreate(cluster: Cluster, resource: Resource, object: KubernetesObject): KubernetesObject {
  if (resource.namespaced) requireNamespace(cluster, resource, object);
  return object;
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
