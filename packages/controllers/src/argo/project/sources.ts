import { normalizeArgoUrl } from '@capstan/source';
import { isDenyPattern, matchesPattern } from './patterns.ts';
import type { ProjectSpec } from './project-spec.ts';

/**
 * Whether the project allows a repository. A pattern that begins with `!` denies what it names, whatever else allows it.
 * A star does not go beyond a slash. Source: argoproj/argo-cd AppProject.IsSourcePermitted.
 */
export function isSourcePermitted(project: ProjectSpec, repoURL: string): boolean {
  const url = comparableUrl(repoURL);
  let permitted = false;
  for (const pattern of project.sourceRepos ?? []) {
    const denies = isDenyPattern(pattern);
    const normalized = denies ? `!${comparableUrl(pattern.slice(1))}` : comparableUrl(pattern);
    if (matchesPattern(normalized, url, { negation: true, separators: '/' })) permitted = true;
    else if (denies) return false;
  }
  return permitted;
}

/**
 * A URL as it is compared with a pattern. Argo CD sends both through Go's URL type, which percent-encodes what a path may
 * not hold: braces and backslashes thereby lose their meaning in a pattern, and so they do here.
 */
function comparableUrl(url: string): string {
  return normalizeArgoUrl(url).replaceAll(/[\s"<>\\^`{|}\u0080-\u{10FFFF}]/gu, (letter) => encodeURIComponent(letter));
}
