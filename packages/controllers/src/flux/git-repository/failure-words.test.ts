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

  it('says the same of the same failure, however long it took', () => {
    const words = (span: string) =>
      failureWords(new CapstanError('GIT_UNREACHABLE', `Failed to connect after ${span} ms: refused`), attempt).message;
    assert.equal(words('0'), words('17'));
  });

  it('stalls where only a change of the resource helps', () => {
    assert.equal(failureWords(new CapstanError('NOT_HONOURED', 'x'), attempt).stalled, true);
  });
});
