import type { KubernetesObject } from '@capstan/object';
import { CONTROLLER_MANAGER, KUBELET, type SimulationContext } from './context.ts';
import { CONFIG_MAPS, NAMESPACES, NODES, SERVICE_ACCOUNTS, STORAGE_CLASSES } from './resources.ts';
import { isDeleting, nameOf, namespaceOf, timeText } from './read.ts';

const ROOT_CA = 'kube-root-ca.crt';
const DESCRIPTION =
  'The CA bundle of this API server, for programs that reach it at kubernetes.default.svc or another internal address.';

/** Keeps what every cluster has: a node, a default storage class; in each namespace the default account and the CA. */
export function startNamespaceObjects(context: SimulationContext): void {
  ensureNode(context);
  ensureStorageClass(context);
  const namespaces = context.informer(NAMESPACES);
  const lane = context.lane('namespace-objects', (key) => {
    const name = key.slice(1);
    const namespace = namespaces.byKey(key);
    if (namespace === undefined || isDeleting(namespace)) return;
    ensureObjects(context, name);
  });
  namespaces.subscribe(({ type, object }) => {
    if (type !== 'DELETED') lane.add(`/${nameOf(object)}`);
  });
  for (const resource of [SERVICE_ACCOUNTS, CONFIG_MAPS]) {
    context.informer(resource).subscribe(({ type, object }) => {
      if (type === 'DELETED' && [ROOT_CA, 'default'].includes(nameOf(object))) lane.add(`/${namespaceOf(object)}`);
    });
  }
}

function ensureObjects(context: SimulationContext, namespace: string): void {
  const options = { manager: CONTROLLER_MANAGER };
  if (context.informer(SERVICE_ACCOUNTS).get(namespace, 'default') === undefined) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
    context.api.create(SERVICE_ACCOUNTS, account, options);
  }
  const certificate = context.options.certificateAuthority;
  if (certificate === undefined || context.informer(CONFIG_MAPS).get(namespace, ROOT_CA) !== undefined) return;
  const annotations = { 'kubernetes.io/description': DESCRIPTION };
  const data = { 'ca.crt': certificate };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: ROOT_CA, namespace, annotations }, data };
  context.api.create(CONFIG_MAPS, map, options);
}

function ensureNode(context: SimulationContext): void {
  const name = context.options.nodeName;
  const known = context.informer(NODES).get('', name);
  if (known !== undefined) return;
  const labels = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...context.options.nodeLabels,
  };
  const amounts = { cpu: '1000', memory: '4Ti', pods: '100k' };
  const since = timeText(context.clock.now());
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: since,
    lastTransitionTime: since,
  };
  const node: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
  const created = context.api.create(NODES, node, { manager: KUBELET });
  const nodeInfo = { kubeletVersion: 'v1.35.0', operatingSystem: 'linux', architecture: 'amd64' };
  const status = { allocatable: amounts, capacity: amounts, conditions: [ready], nodeInfo };
  context.api.update(NODES, { ...created, status }, { manager: KUBELET, subresource: 'status' });
}

function ensureStorageClass(context: SimulationContext): void {
  if ([...context.informer(STORAGE_CLASSES).all()].length > 0) return;
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const object = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations },
    provisioner: 'sandbox.capstan.dev/volumes',
    volumeBindingMode: 'Immediate',
  };
  context.api.create(STORAGE_CLASSES, object, { manager: CONTROLLER_MANAGER });
}
