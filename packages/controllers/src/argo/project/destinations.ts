import { isDenyPattern, matchesPattern } from './patterns.ts';
import type { ProjectDestination, ProjectSpec } from './project-spec.ts';

/**
 * Whether the project allows a destination. Patterns that begin with `!` deny; with `permitOnlyProjectScopedClusters` the
 * cluster must be the project's own, too. Source: argoproj/argo-cd AppProject.IsDestinationPermitted.
 */
export function isDestinationPermitted(project: ProjectSpec, destination: ProjectDestination): boolean {
  if (!isMatched(project, destination)) return false;
  return project.permitOnlyProjectScopedClusters !== true || destination.projectScoped === true;
}

function isMatched(project: ProjectSpec, destination: ProjectDestination): boolean {
  let permitted = false;
  for (const { server = '', name = '', namespace = '' } of project.destinations ?? []) {
    const isServer = destination.server !== '' && matches(server, destination.server);
    const isName = destination.name !== '' && matches(name, destination.name);
    const isNamespace = matches(namespace, destination.namespace);
    if ((isServer || isName) && isNamespace) permitted = true;
    else if ((!isName && isDenyPattern(name)) || (!isServer && isDenyPattern(server) && isNamespace)) return false;
    else if (!isNamespace && isDenyPattern(namespace) && isServer) return false;
  }
  return permitted;
}

function matches(pattern: string, text: string): boolean {
  return matchesPattern(pattern, text, { negation: true });
}
