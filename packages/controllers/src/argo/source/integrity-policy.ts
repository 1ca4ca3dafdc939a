import { CapstanError } from '@capstan/errors';
import { compileGlob } from '@capstan/expressions/glob';
import type { ProjectSpec } from '../project/project-spec.ts';
import { effectiveSourceIntegrity, type SourceIntegrity } from '../project/source-integrity.ts';

/** What a project asks of the signatures of a repository. */
export interface GpgPolicy {
  /** `head`: the revision itself; `strict`: all that it stands on, too. */
  readonly mode: 'head' | 'strict';
  /** Ids or fingerprints of the keys that may sign. */
  readonly keys: readonly string[];
}

type Policies = SourceIntegrity['git']['policies'];

/**
 * What a project asks of a repository; undefined where that is nothing. `signatureKeys` ask the same of every repository,
 * unless policies for Git stand beside them. Throws SOURCE_INTEGRITY_INVALID where several policies meet, or one is of a
 * mode that nobody knows: a mistake must not let anything through. Source: argoproj/argo-cd util/sourceintegrity.
 */
export function gpgPolicy(project: ProjectSpec, repoURL: string): GpgPolicy | undefined {
  const policies = effectiveSourceIntegrity(project)?.git.policies ?? [];
  const found = policies.filter(({ repos }) => isMeant(repos, repoURL));
  const [policy] = found;
  if (policy === undefined) return undefined;
  if (found.length > 1)
    throw invalid(`multiple (${found.length}) git source integrity policies found for repo URL: ${repoURL}`);
  const { mode, keys } = policy.gpg;
  if (mode === 'none') return undefined;
  if (mode !== 'head' && mode !== 'strict')
    throw invalid(`unknown GPG mode "${mode}" configured for GIT source integrity`);
  return { mode, keys };
}

function invalid(message: string): CapstanError {
  return new CapstanError('SOURCE_INTEGRITY_INVALID', message);
}

/** Whether any pattern names the repository, and none behind `!`. */
function isMeant(repos: Policies[number]['repos'], repoURL: string): boolean {
  const matches = (pattern: string): boolean => {
    const compiled = compileGlob(pattern);
    // Upstream lets a pattern that cannot be read match nothing, which would let everything through.
    if (compiled === undefined) throw invalid(`the pattern ${pattern} of a git source integrity policy cannot be read`);
    return compiled(repoURL);
  };
  const denies = repos.some(({ url }) => url.startsWith('!') && matches(url.slice(1)));
  return !denies && repos.some(({ url }) => !url.startsWith('!') && matches(url));
}

/** The id of a key as signatures name it: sixteen digits, the last ones of a fingerprint; undefined for anything else. */
export function keyIdOf(key: string): string | undefined {
  if (/^[0-9a-fA-F]{40}$/.test(key)) return key.slice(24);
  return /^[0-9a-fA-F]{16}$/.test(key) ? key : undefined;
}
