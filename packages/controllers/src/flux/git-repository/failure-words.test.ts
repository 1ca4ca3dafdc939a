import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CapstanError } from '@capstan/errors';
import { failureWords, type Attempt } from './failure-words.ts';

const attempt: Attempt = {
  url: 'http://git.example/repo.git',
  reference: { kind: 'branch', branch: 'release' },
  namespace: 'apps',
  secret: undefined,
  hasArtifact: false,
};

describe("a source's failure in Flux's words", () => {
  it('says which ref the remote lacks', () => {
    const error = new CapstanError('GIT_REF_NOT_FOUND', 'no such branch');
    assert.deepEqual(failureWords(error, attempt), {
      type: 'FetchFailed',
      reason: 'GitOperationFailed',
      message: `failed to checkout and determine revision: unable to clone 'http://git.example/repo.git': couldn't find remote ref "refs/heads/release"`,
      stalled: false,
    });
  });

  it('names the repository that failed where it is a submodule', () => {
    const words = (url: string): string =>
      failureWords(new CapstanError('GIT_REPOSITORY_NOT_FOUND', 'not there', { data: { url } }), attempt).message;
    const before = `failed to checkout and determine revision: unable to clone 'http://git.example/repo.git': `;
    assert.equal(words('http://git.example/repo.git'), `${before}repository not found: `);
    const other = 'http://git.example/library.git';
    assert.equal(words(other), `${before}submodule '${other}': repository not found: `);
  });

  it('says of each kind of reference that it is not there, whatever is in storage', () => {
    const error = new CapstanError('GIT_REF_NOT_FOUND', 'not there');
    const words = (reference: Attempt['reference']): string =>
      failureWords(error, { ...attempt, reference, hasArtifact: true }).message.replace(/^[^:]+: /, '');
    assert.deepEqual(
      [
        words({ kind: 'branch', branch: 'release' }),
        words({ kind: 'tag', tag: 'v1' }),
        words({ kind: 'semver', range: '>=9.0.0' }),
        words({ kind: 'name', name: 'refs/pull/1/head' }),
        words({ kind: 'commit', commit: 'c0ffee' }),
      ],
      [
        `unable to clone 'http://git.example/repo.git': couldn't find remote ref "refs/heads/release"`,
        `unable to clone 'http://git.example/repo.git': couldn't find remote ref "refs/tags/v1"`,
        'no match found for semver: >=9.0.0',
        "unable to resolve ref 'refs/pull/1/head' to a specific commit",
        "unable to resolve commit object for 'c0ffee': object not found",
      ],
    );
  });

  it('says that a range cannot be read, without having asked anybody', () => {
    const error = new CapstanError('SEMVER_CONSTRAINT_INVALID', 'no');
    const { message } = failureWords(error, { ...attempt, reference: { kind: 'semver', range: 'newest' } });
    assert.equal(message, 'failed to checkout and determine revision: semver parse error: improper constraint: newest');
  });

  it('says that a repository is empty, which has a reason of its own where a branch is wanted', () => {
    const error = new CapstanError('GIT_REPOSITORY_EMPTY', 'remote repository is empty');
    const { reason, message } = failureWords(error, attempt);
    assert.deepEqual([reason, message], ['EmptyGitRepository', 'git repository is empty']);
    assert.equal(
      failureWords(error, { ...attempt, reference: { kind: 'tag', tag: 'v1' } }).message,
      "failed to checkout and determine revision: unable to clone: remote repository is empty: git repository: 'http://git.example/repo.git'",
    );
  });

  it('says that the remote was only listed where an artifact is there', () => {
    const error = new CapstanError('GIT_AUTH_FAILED', 'no');
    const { message } = failureWords(error, { ...attempt, hasArtifact: true });
    assert.equal(
      message,
      "failed to checkout and determine revision: unable to list remote for 'http://git.example/repo.git': authentication required: ",
    );
  });

  it('names a Secret that is missing, in the words of the server', () => {
    const error = new CapstanError('KUBE_NOT_FOUND', 'GET …: secrets "git" not found', {
      data: { message: 'secrets "git" not found' },
    });
    const words = failureWords(error, { ...attempt, secret: 'git' });
    assert.equal(words.reason, 'AuthenticationFailed');
    assert.equal(
      words.message,
      `failed to get secret 'apps/git': failed to get secret 'apps/git': secrets "git" not found`,
    );
  });

  it('says of a name that is none what it says of a Secret that is missing', () => {
    const error = new CapstanError('KUBE_INVALID', '"../x" is no name of an object');
    const words = failureWords(error, { ...attempt, secret: '../x' });
    assert.equal(words.reason, 'AuthenticationFailed');
    assert.match(words.message, /^failed to get secret 'apps\/\.\.\/x': .*"\.\.\/x" is no name of an object$/);
  });

  it('says the same of the same failure, however long it took', () => {
    const words = (span: string) =>
      failureWords(new CapstanError('GIT_UNREACHABLE', `Failed to connect after ${span} ms: refused`), attempt).message;
    assert.equal(words('0'), words('17'));
  });

  it('stalls where only a change of the resource helps', () => {
    assert.equal(failureWords(new CapstanError('NOT_HONOURED', 'x'), attempt).stalled, true);
  });
});
