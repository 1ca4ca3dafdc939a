import { compileGlob, matchesGlob } from '@capstan/expressions/glob';
import { projectProblem, type ProjectProblem } from './project-problem.ts';
import type { ProjectDestination, ProjectSpec } from './project-spec.ts';

const FORBIDDEN = /[!*[\]{}\\/]/;

/** What is wrong with a project's service accounts for destinations; undefined where nothing is. */
export function serviceAccountsProblem(project: ProjectSpec): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const { server, namespace = '', defaultServiceAccount: account } of project.destinationServiceAccounts ?? []) {
    const invalid = (field: string, value: string): ProjectProblem =>
      projectProblem('InvalidArgument', `${field} has an invalid format, '${value}'`);
    if (server.includes('!')) return invalid('server', server);
    if (namespace.includes('!')) return invalid('namespace', namespace);
    if (/^ *$/.test(account) || FORBIDDEN.test(account)) return invalid('defaultServiceAccount', account);
    if (compileGlob(server) === undefined) return invalid('server', server);
    if (compileGlob(namespace) === undefined) return invalid('namespace', namespace);
    const key = `${server}/${namespace}`;
    if (seen.has(key)) return projectProblem('InvalidArgument', `destinationServiceAccount '${key}' already added`);
    seen.add(key);
  }
  return undefined;
}

/** The service account as which a sync writes, or why there is none. */
export type SyncIdentity =
  { readonly kind: 'account'; readonly username: string } | { readonly kind: 'refused'; readonly message: string };

/**
 * As whom a sync to a destination writes: the first entry of the project that takes its cluster's address and its
 * namespace; undefined where none does. An account without a namespace of its own is in the destination's, or, where
 * that has none, in the Application's. Source: argoproj/argo-cd util/settings.DeriveServiceAccountToImpersonate.
 */
export function serviceAccountOf(
  project: ProjectSpec,
  destination: ProjectDestination,
  applicationNamespace: string,
): SyncIdentity | undefined {
  const own = destination.namespace === '' ? applicationNamespace : destination.namespace;
  for (const { server, namespace = '', defaultServiceAccount: account } of project.destinationServiceAccounts ?? []) {
    for (const [what, pattern] of [
      ['server', server],
      ['namespace', namespace],
    ] as const)
      if (compileGlob(pattern) === undefined)
        return { kind: 'refused', message: `invalid glob pattern for destination ${what}: ${pattern}` };
    if (!matchesGlob(server, destination.server) || !matchesGlob(namespace, destination.namespace)) continue;
    if (/^ *$/.test(account) || FORBIDDEN.test(account))
      return { kind: 'refused', message: `default service account contains invalid chars '${account}'` };
    const name = account.includes(':') ? account : `${own}:${account}`;
    return { kind: 'account', username: `system:serviceaccount:${name}` };
  }
  return undefined;
}
