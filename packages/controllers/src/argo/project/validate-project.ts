import { projectProblem, type ProjectProblem } from './project-problem.ts';
import type { ProjectSpec } from './project-spec.ts';
import { groupProblem, policyProblem, roleNameProblem } from './roles.ts';
import { serviceAccountsProblem } from './service-accounts.ts';
import { windowsProblem } from './validate-windows.ts';

/**
 * The first thing that is wrong with a project; undefined where nothing is. Source: argoproj/argo-cd
 * AppProject.ValidateProject.
 */
export function projectFault(name: string, project: ProjectSpec): ProjectProblem | undefined {
  return (
    destinationsProblem(project) ??
    repeated(project.sourceNamespaces ?? [], 'source namespace') ??
    sourcesProblem(project) ??
    rolesProblem(name, project) ??
    windowsProblem(project.syncWindows ?? []) ??
    serviceAccountsProblem(project)
  );
}

function destinationsProblem(project: ProjectSpec): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const destination of project.destinations ?? []) {
    const { server = '', name = '', namespace = '' } = destination;
    for (const [field, value] of Object.entries({ name, server, namespace }))
      if (value === '!*') return projectProblem('InvalidArgument', `${field} has an invalid format, '!*'`);
    const key = `${server === '' && name !== '' ? name : server}/${namespace}`;
    if (seen.has(key)) return projectProblem('InvalidArgument', `destination '${key}' already added`);
    seen.add(key);
  }
  return undefined;
}

function sourcesProblem(project: ProjectSpec): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const source of project.sourceRepos ?? []) {
    if (source === '!*') return projectProblem('InvalidArgument', "source repository has an invalid format, '!*'");
    if (seen.has(source)) return projectProblem('InvalidArgument', `source repository '${source}' already added`);
    seen.add(source);
  }
  return undefined;
}

function rolesProblem(project: string, { roles = [] }: ProjectSpec): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const { name, policies = [], groups = [] } of roles) {
    if (seen.has(name)) return projectProblem('AlreadyExists', `role '${name}' already exists`);
    seen.add(name);
    const problem =
      roleNameProblem(name) ??
      eachOnce(
        policies,
        (policy) => policyProblem(project, name, policy),
        `policy '$' already exists for role '${name}'`,
      ) ??
      eachOnce(groups, groupProblem, `group '$' already exists for role '${name}'`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function eachOnce(
  entries: readonly string[],
  check: (entry: string) => ProjectProblem | undefined,
  words: string,
): ProjectProblem | undefined {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry))
      return projectProblem(
        'AlreadyExists',
        words.replace('$', () => entry),
      );
    const problem = check(entry);
    if (problem !== undefined) return problem;
    seen.add(entry);
  }
  return undefined;
}

function repeated(entries: readonly string[], what: string): ProjectProblem | undefined {
  const again = entries.find((entry, index) => entries.indexOf(entry) !== index);
  return again === undefined ? undefined : projectProblem('InvalidArgument', `${what} '${again}' already added`);
}
