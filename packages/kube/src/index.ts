export { sleep, systemClock, type Clock } from './clock.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
export { inClusterConfig, isInCluster } from './kubeconfig/in-cluster.ts';
export { kubeconfigFromText, loadKubeconfig, type LoadOptions } from './kubeconfig/load-kubeconfig.ts';
export { operatorKubeconfig, untrustedKubeconfig, type KubeconfigTrust } from './kubeconfig/resolve-cluster.ts';
export { staticAuth } from './kubeconfig/cluster-auth.ts';
export {
  plainClusterAuth,
  plainClusterConfig,
  type PlainCluster,
  type PlainExecPlugin,
} from './kubeconfig/plain-cluster.ts';
export type { CallObserver } from './client/observe-calls.ts';
export { confineClient, type ClusterScope } from './client/confine-client.ts';
export type {
  ClientCertificate,
  ClusterAuth,
  ClusterConfig,
  ClusterTls,
  Impersonation,
} from './kubeconfig/cluster-config.ts';
export type { RequestCount } from './client/count-requests.ts';
export { connectCluster, type ClusterOptions, type KubeCluster } from './client/kube-cluster.ts';
export { defaultFlowLimits, type FlowLimits } from './client/flow-control.ts';
export type {
  CallOptions,
  DeleteOptions,
  DeleteResult,
  FieldValidation,
  KubeClient,
  ListOptions,
  ObjectList,
  ObjectPage,
  Patch,
  PatchOptions,
  RawAnswer,
  RawRequest,
  SelectOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client/kube-client.ts';
export type { ApiResource, Discovery, KindSchema, OpenApiDocument, ServerVersion } from './discovery/discovery.ts';
export type {
  CacheChange,
  CacheEntry,
  CacheStats,
  IndexFunction,
  KindHold,
  OwnerRef,
  WatchCache,
  WatchCacheOptions,
} from './cache/watch-cache.ts';
export { createWatchCache } from './cache/create-watch-cache.ts';
export { followDefinitions, type FollowOptions } from './discovery/follow-definitions.ts';
export { reflect, type ReflectorOptions, type ReflectorSink, type ReflectorState } from './watch/reflector.ts';
export { compareResourceVersions } from './watch/resource-version.ts';
export { createWorkQueue, type WorkQueueOptions } from './queue/create-work-queue.ts';
export { backoffDelay } from './queue/backoff.ts';
export type { BackoffPolicy, QueueMetrics, WaitAside, WorkQueue, WorkResult } from './queue/work-queue.ts';
export type { Leadership, LeaseSettings } from './lease/leader-election.ts';
export type { EventInput, EventRecorder } from './events/event-recorder.ts';
export { electLeader, type ElectionOptions } from './lease/elect-leader.ts';
export { createEventRecorder, type RecorderOptions } from './events/create-event-recorder.ts';
