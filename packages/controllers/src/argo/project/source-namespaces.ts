import { matchesGlob } from '@capstan/expressions/glob';
import { RE2JS } from 're2js';
import type { ProjectSpec } from './project-spec.ts';

const MAX_PATTERN_LENGTH = 4096;

/**
 * Whether a list of names takes one: names, globs, and regular expressions between slashes. Expressions are RE2's, so
 * that none takes for ever; one that cannot be read takes nothing. Source: argoproj/argo-cd util/glob.MatchStringInList.
 */
export function isInNameList(list: readonly string[], name: string): boolean {
  return list.some((entry) => matchesExpression(entry, name) || matchesGlob(entry, name));
}

/**
 * Whether Applications of a project may live in a namespace: the control namespace always, others by `sourceNamespaces`.
 * Source: argoproj/argo-cd AppProject.IsAppNamespacePermitted.
 */
export function isNamespacePermitted(project: ProjectSpec, namespace: string, controlNamespace: string): boolean {
  if (namespace === '' || namespace === controlNamespace) return true;
  return isInNameList(project.sourceNamespaces ?? [], namespace);
}

function matchesExpression(entry: string, name: string): boolean {
  if (entry.length < 2 || entry.length > MAX_PATTERN_LENGTH) return false;
  if (!entry.startsWith('/') || !entry.endsWith('/')) return false;
  try {
    return RE2JS.compile(entry.slice(1, -1)).matcher(name).find();
  } catch {
    return false;
  }
}
