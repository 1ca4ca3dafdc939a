import { matchesGlob } from '@capstan/expressions/glob';
import type { GroupKind } from '@capstan/object';
import type { ArgoSettings, KindFilter } from './settings/argo-settings.ts';

/** Kinds that are left alone whatever the settings say: those that come in masses and that nobody keeps in Git. */
const core: readonly KindFilter[] = [
  { apiGroups: ['events.k8s.io', 'metrics.k8s.io'], kinds: [], clusters: [] },
  { apiGroups: [''], kinds: ['Event'], clusters: [] },
  { apiGroups: ['coordination.k8s.io'], kinds: ['Lease'], clusters: [] },
];

/**
 * Whether the settings leave a kind on a cluster alone altogether: it is neither watched nor applied. An exclusion
 * counts more than an inclusion; where inclusions speak of the cluster, what none of them names is left alone. `server`
 * is the cluster's address. Source: argoproj/argo-cd util/settings/resources_filter.go.
 */
export function isExcludedKind(
  kind: GroupKind,
  server: string,
  { exclusions, inclusions }: Pick<ArgoSettings, 'exclusions' | 'inclusions'>,
): boolean {
  if ([...core, ...exclusions].some((filter) => matches(filter, kind, server))) return true;
  if (inclusions.some((filter) => matches(filter, kind, server))) return false;
  return inclusions.some((filter) => matchesCluster(filter, server));
}

function matches(filter: KindFilter, kind: GroupKind, server: string): boolean {
  return matchesGroup(filter, kind.group) && matchesKind(filter, kind.kind) && matchesCluster(filter, server);
}

// An empty list says nothing, and so takes all.
function matchesGroup({ apiGroups }: KindFilter, group: string): boolean {
  return apiGroups.length === 0 || apiGroups.some((pattern) => matchesGlob(pattern, group));
}

function matchesKind({ kinds }: KindFilter, kind: string): boolean {
  return kinds.length === 0 || kinds.includes('*') || kinds.includes(kind);
}

function matchesCluster({ clusters }: KindFilter, server: string): boolean {
  return clusters.length === 0 || clusters.some((pattern) => matchesGlob(pattern, server));
}
