import type { ClusterNames, ProjectSpec } from './project-spec.ts';

/** A cluster that belongs to a project, and the namespaces to which its Secret confines it. */
export interface ScopedCluster extends ClusterNames {
  readonly namespaces: readonly string[];
}

/** What belongs to a project because Secrets of repositories and clusters name it. */
export interface ProjectScope {
  readonly repositories: readonly string[];
  readonly clusters: readonly ScopedCluster[];
}

/**
 * A project with what its own repositories and clusters add to it, and with the projects that are global to it, in their
 * order. Source: argoproj/argo-cd util/argo GetAppProjectByName, GetAppVirtualProject.
 */
export function virtualProject(
  project: ProjectSpec,
  scope: ProjectScope,
  globals: readonly ProjectSpec[],
): ProjectSpec {
  const scoped: ProjectSpec = {
    ...project,
    ...joined('sourceRepos', project.sourceRepos, scope.repositories),
    ...joined('destinations', project.destinations, scope.clusters.flatMap(destinationsOf)),
  };
  return globals.reduce<ProjectSpec>(merge, scoped);
}

function merge(project: ProjectSpec, more: ProjectSpec): ProjectSpec {
  return {
    ...project,
    ...joined('clusterResourceWhitelist', project.clusterResourceWhitelist, more.clusterResourceWhitelist),
    ...joined('clusterResourceBlacklist', project.clusterResourceBlacklist, more.clusterResourceBlacklist),
    ...joined('namespaceResourceWhitelist', project.namespaceResourceWhitelist, more.namespaceResourceWhitelist),
    ...joined('namespaceResourceBlacklist', project.namespaceResourceBlacklist, more.namespaceResourceBlacklist),
    ...joined('syncWindows', project.syncWindows, more.syncWindows),
    ...joined('sourceRepos', project.sourceRepos, more.sourceRepos),
    ...joined('destinations', project.destinations, more.destinations),
    ...joined('destinationServiceAccounts', project.destinationServiceAccounts, more.destinationServiceAccounts),
  };
}

// No list at all means something else than an empty one, and stays.
function joined<K extends string, T>(
  key: K,
  own: readonly T[] | undefined,
  more: readonly T[] = [],
): Partial<Record<K, T[]>> {
  if (more.length === 0) return {};
  return { [key]: [...(own ?? []), ...more] } as Record<K, T[]>;
}

function destinationsOf({ server, namespaces }: ScopedCluster): NonNullable<ProjectSpec['destinations']> {
  return (namespaces.length === 0 ? ['*'] : namespaces).map((namespace) => ({ server, namespace }));
}
