import { getPath, type JsonObject } from '@capstan/object';
import { bootstrapPolicy } from '../access/bootstrap-policy.ts';
import { findStored, internalRequest, type Cluster } from '../registry/cluster.ts';
import { createObject } from '../registry/create.ts';

const MANAGER = 'kube-apiserver';

interface Furniture {
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly object: JsonObject;
}

/** What every cluster has from the start. */
const FURNITURE: readonly Furniture[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => cluster('', 'namespaces', name, {})),
  cluster('scheduling.k8s.io', 'priorityclasses', 'system-node-critical', {
    value: 2000001000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  }),
  cluster('scheduling.k8s.io', 'priorityclasses', 'system-cluster-critical', {
    value: 2000000000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  }),
  {
    group: '',
    resource: 'services',
    namespace: 'default',
    object: {
      metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: {
        clusterIP: '10.0.0.1',
        clusterIPs: ['10.0.0.1'],
        ipFamilies: ['IPv4'],
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      },
    },
  },
];

/** The roles and bindings that every cluster has from the start. */
function roles(): readonly Furniture[] {
  return bootstrapPolicy().map(({ resource, object }) => {
    const namespace = getPath(object, 'metadata', 'namespace');
    const group = 'rbac.authorization.k8s.io';
    return { group, resource, namespace: typeof namespace === 'string' ? namespace : '', object };
  });
}

function cluster(group: string, resource: string, name: string, rest: JsonObject): Furniture {
  return { group, resource, namespace: '', object: { metadata: { name }, ...rest } };
}

/** Makes what every cluster has from the start, where it is missing. */
export function bootstrap(target: Cluster): void {
  for (const { group, resource: plural, namespace, object } of [...FURNITURE, ...roles()]) {
    const resource = target.registry.find(group, 'v1', plural);
    const name = getPath(object, 'metadata', 'name');
    if (resource === undefined || typeof name !== 'string') continue;
    if (findStored(target, resource, namespace, name) !== undefined) continue;
    createObject(target, resource, namespace, object, internalRequest(MANAGER));
  }
}
