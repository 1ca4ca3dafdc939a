import { matchesPathPattern } from '@capstan/expressions/glob';
import type { GroupKind } from '@capstan/object';
import { isDestinationPermitted } from './destinations.ts';
import type { ProjectDestination, ProjectSpec } from './project-spec.ts';

/**
 * Whether the project allows a kind. Namespaced kinds are allowed unless listed otherwise; cluster-scoped ones only where
 * they are listed, perhaps by name. Patterns are those of Go's path.Match. Source: argoproj/argo-cd
 * AppProject.IsGroupKindNamePermitted.
 */
export function isKindPermitted(project: ProjectSpec, kind: GroupKind, name: string, namespaced: boolean): boolean {
  if (namespaced) {
    const allowed = project.namespaceResourceWhitelist;
    const isAllowed = allowed === undefined || allowed.some((rule) => matchesKind(rule, kind));
    return isAllowed && !(project.namespaceResourceBlacklist ?? []).some((rule) => matchesKind(rule, kind));
  }
  const isListed = (rules: ProjectSpec['clusterResourceWhitelist']): boolean =>
    (rules ?? []).some((rule) => matchesKind(rule, kind) && ((rule.name ?? '') === '' || isNamed(rule.name, name)));
  return isListed(project.clusterResourceWhitelist) && !isListed(project.clusterResourceBlacklist);
}

/** Whether a live object may be touched under the project: its kind, and the namespace it is in. */
export function isObjectPermitted(
  project: ProjectSpec,
  ref: GroupKind & { readonly namespace: string; readonly name: string },
  destination: Omit<ProjectDestination, 'namespace'>,
): boolean {
  if (!isKindPermitted(project, ref, ref.name, ref.namespace !== '')) return false;
  return ref.namespace === '' || isDestinationPermitted(project, { ...destination, namespace: ref.namespace });
}

function matchesKind(rule: GroupKind, kind: GroupKind): boolean {
  return matchesPathPattern(rule.kind, kind.kind) && matchesPathPattern(rule.group, kind.group);
}

function isNamed(pattern: string | undefined, name: string): boolean {
  return pattern !== undefined && matchesPathPattern(pattern, name);
}
