import { internalRequest, findStored, type Cluster } from '../registry/cluster.ts';
import { createObject } from '../registry/create.ts';

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Makes what every cluster has from the start, where it is missing. */
export function bootstrap(cluster: Cluster): void {
  const resource = cluster.registry.find('', 'v1', 'namespaces');
  if (resource === undefined) return;
  for (const name of NAMESPACES) {
    if (findStored(cluster, resource, '', name) !== undefined) continue;
    createObject(cluster, resource, '', { metadata: { name } }, internalRequest('kube-apiserver'));
  }
}
