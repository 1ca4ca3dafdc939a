import type { AppProject } from '@capstan/api';
import type { GroupKind } from '@capstan/object';
import { normalizeArgoUrl } from '@capstan/source';
import { matchesGlob } from './glob.ts';

/** What an AppProject allows. */
export type ProjectSpec = AppProject['spec'];

/** Where something goes: a cluster by address and name, and a namespace. */
export interface ProjectDestination {
  readonly server: string;
  readonly name: string;
  readonly namespace: string;
}

/** Whether the project allows a repository. A pattern that begins with `!` denies what it names, whatever else allows it. */
export function isSourcePermitted(project: ProjectSpec, repoURL: string): boolean {
  const url = normalizeArgoUrl(repoURL);
  let permitted = false;
  for (const pattern of project.sourceRepos ?? []) {
    const denies = pattern.startsWith('!');
    const normalized = denies ? `!${normalizeArgoUrl(pattern.slice(1))}` : normalizeArgoUrl(pattern);
    if (matches(normalized, url, '/')) permitted = true;
    else if (denies) return false;
  }
  return permitted;
}

/** Whether the project allows a destination. Patterns that begin with `!` deny. */
export function isDestinationPermitted(project: ProjectSpec, destination: ProjectDestination): boolean {
  let permitted = false;
  for (const item of project.destinations ?? []) {
    const server = item.server ?? '';
    const name = item.name ?? '';
    const namespace = item.namespace ?? '';
    const isServer = destination.server !== '' && matches(server, destination.server);
    const isName = destination.name !== '' && matches(name, destination.name);
    const isNamespace = matches(namespace, destination.namespace);
    if ((isServer || isName) && isNamespace) permitted = true;
    else if ((!isName && name.startsWith('!')) || (!isServer && server.startsWith('!') && isNamespace)) return false;
    else if (!isNamespace && namespace.startsWith('!') && isServer) return false;
  }
  return permitted;
}

/**
 * Whether the project allows a kind. Namespaced kinds are allowed unless listed otherwise; cluster-scoped ones only where
 * they are listed, perhaps by name.
 */
export function isKindPermitted(project: ProjectSpec, kind: GroupKind, name: string, namespaced: boolean): boolean {
  if (namespaced) {
    const allowed = project.namespaceResourceWhitelist;
    const isAllowed = allowed === undefined || allowed.some((rule) => matchesKind(rule, kind));
    return isAllowed && !(project.namespaceResourceBlacklist ?? []).some((rule) => matchesKind(rule, kind));
  }
  const isListed = (rules: ProjectSpec['clusterResourceWhitelist']): boolean =>
    (rules ?? []).some(
      (rule) =>
        matchesKind(rule, kind) &&
        (rule.name === undefined || rule.name === '' || rule.name === '*' || matchesGlob(rule.name, name)),
    );
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
  return matchesGlob(rule.group, kind.group) && matchesGlob(rule.kind, kind.kind);
}

function matches(pattern: string, text: string, separator = ''): boolean {
  if (pattern.startsWith('!')) return !matchesGlob(pattern.slice(1), text, separator);
  return pattern === '*' || matchesGlob(pattern, text, separator);
}
