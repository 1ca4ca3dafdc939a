import { projectProblem, type ProjectProblem } from './project-problem.ts';

const actions = new Set(['get', 'create', 'update', 'delete', 'sync', 'override', 'rollback', '*']);
const actionPatterns = ['action/', 'update/', 'delete/'];
const resources = new Set(['applications', 'applicationsets', 'logs', 'exec', 'clusters', 'repositories']);
/** Whitespace as Go's unicode.IsSpace has it. */
const space = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** Whether a policy may speak of an action. */
export function isValidAction(action: string): boolean {
  return actions.has(action) || actionPatterns.some((pattern) => action.includes(pattern));
}

/** Whether a policy of a project may speak of an object: `PROJECT/NAME` or `PROJECT/NAMESPACE/NAME`, each perhaps with stars. */
export function isValidPolicyObject(project: string, object: string): boolean {
  if (!object.startsWith(project)) return false;
  return /^(\/[*\w.-]+)?\/[*\w.-]+$/.test(object.slice(project.length));
}

/** What is wrong with a policy of a project's role; undefined where nothing is. */
export function policyProblem(project: string, role: string, policy: string): ProjectProblem | undefined {
  const invalid = (what: string): ProjectProblem =>
    projectProblem('InvalidArgument', `invalid policy rule '${policy}': ${what}`);
  const parts = policy.split(',').map((part) => part.replaceAll(/^ +| +$/g, ''));
  const [type, subject = '', resource = '', action = '', object = '', effect = ''] = parts;
  if (parts.length !== 6 || type !== 'p') return invalid("must be of the form: 'p, sub, res, act, obj, eft'");
  const wanted = `proj:${project}:${role}`;
  if (subject !== wanted) return invalid(`policy subject must be: '${wanted}', not '${subject}'`);
  if (!resources.has(resource))
    return invalid(
      `project resource must be: 'applications', 'applicationsets', 'repositories', 'exec', 'logs' or 'clusters', not '${resource}'`,
    );
  if (!isValidAction(action)) return invalid(`invalid action '${action}'`);
  if (!isValidPolicyObject(project, object))
    return invalid(
      `object must be of form '${project}/*', '${project}[/<NAMESPACE>]/<APPNAME>' or '${project}/<APPNAME>', not '${object}'`,
    );
  return effect === 'allow' || effect === 'deny' ? undefined : invalid("effect must be: 'allow' or 'deny'");
}

/** What is wrong with a role's name; undefined where nothing is. */
export function roleNameProblem(name: string): ProjectProblem | undefined {
  if (/^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name)) return undefined;
  return projectProblem(
    'InvalidArgument',
    `invalid role name '${name}'. Must consist of alphanumeric characters, '-' or '_', and must start and end with an alphanumeric character`,
  );
}

/** What is wrong with the name of a group; undefined where nothing is. One with a comma must stand in quotes. */
export function groupProblem(group: string): ProjectProblem | undefined {
  const letters = [...group];
  const trimmed = trimSpace(letters);
  const invalid = (what: string): ProjectProblem => projectProblem('InvalidArgument', `group '${trimmed}' ${what}`);
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  if (!isQuoted && trimmed.includes(',')) return invalid('must be quoted');
  const name = isQuoted ? trimmed.slice(1, -1) : trimmed;
  if (name === '') return invalid('is empty');
  if (/["\n\r\t]/.test(name)) return invalid('contains invalid characters');
  if (letters.length > 1 && space.test(letters[0] ?? '')) return invalid('contains a leading space');
  if (letters.length > 1 && space.test(letters.at(-1) ?? '')) return invalid('contains a trailing space');
  return undefined;
}

function trimSpace(letters: readonly string[]): string {
  const first = letters.findIndex((letter) => !space.test(letter));
  const last = letters.findLastIndex((letter) => !space.test(letter));
  return first < 0 ? '' : letters.slice(first, last + 1).join('');
}
