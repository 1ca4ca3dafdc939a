import { isCapstanError, messageOf, retryPolicyOf } from '@capstan/errors';
import type { GitReference } from '@capstan/source';
import { condition, reason } from '../names.ts';
import { serverWords } from '../server-words.ts';
import type { StepFailure } from './draft.ts';

/** What was being done to a repository when it failed. */
export interface Attempt {
  readonly url: string;
  readonly reference: GitReference;
  readonly namespace: string;
  readonly secret: string | undefined;
  /** Whether an artifact is in storage: then the remote was only listed, else it was to be cloned. */
  readonly hasArtifact: boolean;
}

/** A failure of a source in Flux's words: the condition, its reason and its message. */
export function failureWords(error: unknown, attempt: Attempt): StepFailure {
  if (isCapstanError(error, 'NOT_HONOURED')) return fetchFailed(reason.notHonoured, error.message, true);
  if (isCapstanError(error, 'GIT_URL_INVALID', 'SPEC_INVALID'))
    return fetchFailed(reason.urlInvalid, error.message, retryPolicyOf(error) === 'stalled');
  if (isCapstanError(error)) {
    // A step has put it into words already.
    const { reason: why, stalled } = error.data;
    if (typeof why === 'string' && isCapstanError(error, 'GIT_CREDENTIALS_INVALID'))
      return fetchFailed(why, error.message, stalled === true);
    if (why === reason.copyFailure)
      return { type: condition.storageOperationFailed, reason: why, message: error.message, stalled: false };
  }
  if (isCapstanError(error, 'ARTIFACT_STORAGE_FAILED'))
    return {
      type: condition.storageOperationFailed,
      reason: reason.archiveOperationFailed,
      message: `unable to archive artifact to storage: ${messageOf(error)}`,
      stalled: false,
    };
  const { secret, namespace } = attempt;
  // A name that is no name of an object is that of no Secret either.
  if (isCapstanError(error, 'KUBE_NOT_FOUND', 'KUBE_INVALID') && secret !== undefined) {
    const said = `failed to get secret '${namespace}/${secret}': ${serverWords(error)}`;
    return fetchFailed(reason.authenticationFailed, `failed to get secret '${namespace}/${secret}': ${said}`, false);
  }
  if (isCapstanError(error, 'GIT_CREDENTIALS_INVALID'))
    return fetchFailed(
      reason.authenticationFailed,
      `failed to configure authentication options: ${error.message}`,
      false,
    );
  if (isCapstanError(error, 'GIT_REPOSITORY_EMPTY') && attempt.reference.kind === 'branch' && !attempt.hasArtifact)
    return fetchFailed(reason.emptyGitRepository, 'git repository is empty', false);
  return fetchFailed(
    reason.gitOperationFailed,
    `failed to checkout and determine revision: ${checkoutWords(error, attempt)}`,
    false,
  );
}

function fetchFailed(why: string, message: string, stalled: boolean): StepFailure {
  return { type: condition.fetchFailed, reason: why, message, stalled };
}

/** What went wrong with a checkout; source of the words: fluxcd/pkg/git/gogit/clone.go. */
function checkoutWords(error: unknown, { url, reference, hasArtifact }: Attempt): string {
  if (isCapstanError(error, 'GIT_REF_NOT_FOUND')) return unresolved(reference, url);
  if (isCapstanError(error, 'SEMVER_CONSTRAINT_INVALID') && reference.kind === 'semver')
    return `semver parse error: improper constraint: ${reference.range}`;
  const isListed =
    reference.kind === 'name' || (hasArtifact && (reference.kind === 'branch' || reference.kind === 'tag'));
  if (isCapstanError(error, 'GIT_REPOSITORY_EMPTY') && !isListed)
    return `unable to clone: ${error.message}: git repository: '${url}'`;
  const doing = isListed ? 'unable to list remote for' : 'unable to clone';
  return `${doing} '${url}': ${submoduleOf(error, url)}${gitWords(error)}`;
}

function unresolved(reference: GitReference, url: string): string {
  switch (reference.kind) {
    case 'branch':
      return `unable to clone '${url}': couldn't find remote ref "refs/heads/${reference.branch}"`;
    case 'tag':
      return `unable to clone '${url}': couldn't find remote ref "refs/tags/${reference.tag}"`;
    case 'name':
      return `unable to resolve ref '${reference.name}' to a specific commit`;
    case 'semver':
      return `no match found for semver: ${reference.range}`;
    case 'commit':
      return `unable to resolve commit object for '${reference.commit}': object not found`;
    case 'fetched':
    case 'any':
      return `unable to resolve '${reference.text}' to a commit`;
  }
}

/** The repository that failed, where it is another one than the source's own: a submodule. */
function submoduleOf(error: unknown, url: string): string {
  const failed = isCapstanError(error) ? error.data['url'] : undefined;
  if (typeof failed !== 'string' || !URL.canParse(failed) || !URL.canParse(url)) return '';
  const [there, here] = [new URL(failed), new URL(url)];
  return there.host === here.host && there.pathname === here.pathname ? '' : `submodule '${failed}': `;
}

function gitWords(error: unknown): string {
  if (isCapstanError(error, 'GIT_AUTH_FAILED')) return 'authentication required: ';
  if (isCapstanError(error, 'GIT_REPOSITORY_NOT_FOUND')) return 'repository not found: ';
  // How long it took is no part of what failed: the same failure has the same words, and is written once.
  return messageOf(error).replaceAll(/ after \d+ ms/g, '');
}
