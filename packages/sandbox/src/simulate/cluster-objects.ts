import type { KubernetesObject } from '@capstan/object';
import { serverVersion } from '../schema/index.ts';
import { CONTROLLER_MANAGER, KUBELET, type SimulationContext } from './context.ts';
import { NODES, STORAGE_CLASSES } from './resources.ts';
import { timeText } from './read.ts';

/** Makes what a cluster of machines has and an API server alone has not: a node, and a default storage class. */
export function ensureClusterObjects(context: SimulationContext): void {
  ensureNode(context);
  ensureStorageClass(context);
}

function ensureNode(context: SimulationContext): void {
  const name = context.options.nodeName;
  if (context.informer(NODES).get('', name) !== undefined) return;
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
  const nodeInfo = { kubeletVersion: serverVersion.gitVersion, operatingSystem: 'linux', architecture: 'amd64' };
  const status = { allocatable: amounts, capacity: amounts, conditions: [ready], nodeInfo };
  context.api.update(NODES, { ...created, status }, { manager: KUBELET, subresource: 'status' });
}

function ensureStorageClass(context: SimulationContext): void {
  for (const _known of context.informer(STORAGE_CLASSES).all()) return;
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
