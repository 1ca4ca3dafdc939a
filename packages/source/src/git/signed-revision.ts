import { createHash } from 'node:crypto';
import { CapstanError } from '@capstan/errors';
import type { GitRequest, GitSource } from '../git-source.ts';
import type { Revision } from '../revision.ts';
import { readSignedCommit, readSignedTag, tagTarget, type SignedObject } from '../signatures/signed-object.ts';

/** A commit and, where a tag led to it, that tag, as they were signed. */
export interface SignedRevision {
  readonly commit: SignedObject;
  readonly tag: SignedTag | undefined;
}

/** A tag: `object` is undefined for one that is only a name. */
export interface SignedTag {
  readonly name: string;
  /** Of the tag itself; the commit's where it is only a name. */
  readonly hash: string;
  readonly object: SignedObject | undefined;
}

const TAGS = 'refs/tags/';

/**
 * Reads what was signed of a revision. Throws GIT_*, GIT_REF_NOT_FOUND also where the tag leads elsewhere meanwhile, or is
 * a tag of a tag, which proves nothing of the commit.
 */
export async function signedRevision(
  git: Pick<GitSource, 'readCommit' | 'readTag'>,
  request: GitRequest,
  revision: Revision,
): Promise<SignedRevision> {
  const commit = readSignedCommit(await git.readCommit(request, revision));
  const { reference } = revision;
  if (!reference.startsWith(TAGS)) return { commit, tag: undefined };
  const name = reference.slice(TAGS.length);
  const bytes = await git.readTag(request, revision);
  if (bytes === undefined) return { commit, tag: { name, hash: revision.commit, object: undefined } };
  if (tagTarget(bytes) !== revision.commit)
    throw new CapstanError('GIT_REF_NOT_FOUND', `${reference} is a tag of a tag, not of commit ${revision.commit}`, {
      data: { reference, commit: revision.commit },
    });
  const hash = createHash('sha1').update(`tag ${bytes.length}\0`).update(bytes).digest('hex');
  return { commit, tag: { name, hash, object: readSignedTag(bytes) } };
}
