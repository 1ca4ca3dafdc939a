import type { Budget } from './budget.ts';
import type { Remotes } from './remotes.ts';
import { tryParseRepoUrl } from './repo-url.ts';
import type { RenderLimits } from '../limits.ts';
import type { BuildSchema } from './openapi.ts';
import type { Origin } from './resource.ts';

/** What stays the same through a build. */
export interface BuildContext {
  readonly remotes: Remotes;
  readonly limits: RenderLimits;
  readonly budget: Budget;
  /** The schema of strategic merges; the built-in one where no kustomization names another. */
  readonly schema: BuildSchema;
  /** The version in managed-by labels. */
  readonly version: string;
  /** `buildMetadata` of the kustomization that is built; it holds for all below it. */
  readonly buildMetadata: readonly string[];
}

/** Whether origins are to be kept. */
export function tracksOrigin(context: BuildContext): boolean {
  return context.buildMetadata.length > 0;
}

/** The origin of what a built-in generator or transformer of a kustomization makes. */
export function builtinOrigin(origin: Origin, fileName: string, kind: string): Origin {
  const { path = '', ...repository } = origin;
  const configuredIn = path === '' ? fileName : `${path}/${fileName}`;
  return { ...repository, configuredIn, configuredBy: { apiVersion: 'builtin', kind } };
}

/** Where kustomize says that its clone lies until there is one: it stands for the root of a repository. */
const CLONE = 'notCloned';

/** The origin of what stands at a path that a kustomization of `origin` names: a repository's URL begins anew. */
export function originAt(origin: Origin, path: string): Origin {
  const repo = tryParseRepoUrl(path);
  if (repo === undefined) return { ...origin, path: joinOrigin(origin.path ?? '', path) };
  const { host, repoPath, ref, path: inner } = repo;
  return { repo: host + repoPath, ref, path: inner === '' ? CLONE : joinOrigin('', inner) };
}

/** A path joined to an origin's path, as Go's filepath.Join does; `..` may lead out of it. */
export function joinOrigin(base: string, path: string): string {
  const parts = base === '' ? [] : base.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
