import type { ResourceName } from '../cluster-api.ts';

function core(resource: string): ResourceName {
  return { group: '', version: 'v1', resource };
}

/** The resources that the simulated controllers read and write. */
export const PODS = core('pods');
export const NODES = core('nodes');
export const SERVICES = core('services');
export const ENDPOINTS = core('endpoints');
export const NAMESPACES = core('namespaces');
export const CONFIG_MAPS = core('configmaps');
export const SERVICE_ACCOUNTS = core('serviceaccounts');
export const CLAIMS = core('persistentvolumeclaims');
export const VOLUMES = core('persistentvolumes');
export const EVENTS = core('events');
export const DEPLOYMENTS: ResourceName = { group: 'apps', version: 'v1', resource: 'deployments' };
export const REPLICA_SETS: ResourceName = { group: 'apps', version: 'v1', resource: 'replicasets' };
export const STATEFUL_SETS: ResourceName = { group: 'apps', version: 'v1', resource: 'statefulsets' };
export const DAEMON_SETS: ResourceName = { group: 'apps', version: 'v1', resource: 'daemonsets' };
export const REVISIONS: ResourceName = { group: 'apps', version: 'v1', resource: 'controllerrevisions' };
export const JOBS: ResourceName = { group: 'batch', version: 'v1', resource: 'jobs' };
export const CRON_JOBS: ResourceName = { group: 'batch', version: 'v1', resource: 'cronjobs' };
export const AUTOSCALERS: ResourceName = { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' };
export const BUDGETS: ResourceName = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
export const INGRESSES: ResourceName = { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' };
export const SLICES: ResourceName = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' };
export const STORAGE_CLASSES: ResourceName = { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses' };
