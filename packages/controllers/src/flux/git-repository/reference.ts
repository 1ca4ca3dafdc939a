import type { GitRepository } from '@capstan/api';
import type { GitReference, Revision } from '@capstan/source';

type Reference = NonNullable<NonNullable<GitRepository['spec']>['ref']>;

/** What a spec asks for. A commit wins, then a ref name, a semver range, a tag, a branch; nothing means `master`. */
export function referenceOf(ref: Reference | undefined): GitReference {
  const set = (text: string | undefined): text is string => text !== undefined && text !== '';
  if (set(ref?.commit))
    return set(ref.branch)
      ? { kind: 'commit', commit: ref.commit, branch: ref.branch }
      : { kind: 'commit', commit: ref.commit };
  if (set(ref?.name)) return { kind: 'name', name: ref.name };
  if (set(ref?.semver)) return { kind: 'semver', range: ref.semver };
  if (set(ref?.tag)) return { kind: 'tag', tag: ref.tag };
  return { kind: 'branch', branch: set(ref?.branch) ? ref.branch : 'master' };
}

/**
 * A revision as Flux writes it: `main@sha1:…`, `v1.2.3@sha1:…`, `refs/pull/1/head@sha1:…`; a commit that was asked for
 * by hash alone has no name before it.
 */
export function formatRevision(revision: Revision, reference: GitReference): string {
  const digest = `sha1:${revision.commit}`;
  const name = revisionName(revision, reference);
  return name === '' ? digest : `${name}@${digest}`;
}

/** The commit in a revision, whatever stands before it; undefined where there is none. */
export function commitOfRevision(revision: string): string | undefined {
  return /(?:^|@|:)([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision)?.[1];
}

function revisionName(revision: Revision, reference: GitReference): string {
  switch (reference.kind) {
    case 'commit':
      return reference.branch ?? '';
    case 'name':
      return reference.name;
    case 'branch':
      return reference.branch;
    case 'tag':
      return reference.tag;
    case 'semver':
    case 'any':
    case 'fetched':
      return revision.reference.replace(/^refs\/(heads|tags)\//, '');
  }
}
