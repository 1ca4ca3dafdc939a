import type { AppProject } from '@capstan/api';

/** What an AppProject allows. */
export type ProjectSpec = AppProject['spec'];

/** Where something goes: a cluster by address and name, and a namespace. */
export interface ProjectDestination {
  readonly server: string;
  readonly name: string;
  readonly namespace: string;
  /** Whether the cluster is one of the project's own: its Secret names the project. No when absent. */
  readonly projectScoped?: boolean;
}

/** A cluster as its Secret knows it. */
export interface ClusterNames {
  readonly server: string;
  readonly name: string;
}

/** Whether a destination's cluster is among a project's own, by name or by address. */
export function isAmongClusters(destination: ClusterNames, clusters: readonly ClusterNames[]): boolean {
  return clusters.some(({ name, server }) => name === destination.name || server === destination.server);
}
