import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { virtualClock } from '@capstan/kube';
import { createGitSource, readPgpKeyring, type GitSource } from '@capstan/source';
import { createGitRepository, createSigner, type GitRepository, type Signer } from '@capstan/testkit';
import type { ProjectSpec } from '../project/project-spec.ts';
import { gpgPolicy, keyIdOf } from './integrity-policy.ts';
import { SourceIntegrity } from './source-integrity.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const policy = (mode: string, keys: readonly string[], urls: readonly string[] = ['*']) => ({
  repos: urls.map((url) => ({ url })),
  gpg: { mode, keys: [...keys] },
});
const projectOf = (...policies: readonly ReturnType<typeof policy>[]): ProjectSpec => ({
  sourceIntegrity: { git: { policies: [...policies] } },
});

describe('what a project asks of signatures', () => {
  it('is what the one policy says that names the repository', () => {
    const project = projectOf(
      policy('head', ['A'], ['https://git.example/team/*', '!https://git.example/team/free*']),
      policy('none', [], ['https://git.example/other/*']),
      policy('strict', ['B'], ['https://git.example/strict/*']),
    );
    assert.deepEqual(gpgPolicy(project, 'https://git.example/team/a.git'), { mode: 'head', keys: ['A'] });
    assert.equal(gpgPolicy(project, 'https://git.example/team/free.git'), undefined);
    assert.equal(gpgPolicy(project, 'https://git.example/other/a.git'), undefined);
    assert.deepEqual(gpgPolicy(project, 'https://git.example/strict/a.git'), { mode: 'strict', keys: ['B'] });
    assert.equal(gpgPolicy({}, 'https://git.example/team/a.git'), undefined);
  });

  it('is asked of every repository by signature keys, unless there are policies', () => {
    const signatureKeys = [{ keyID: 'A' }];
    assert.deepEqual(gpgPolicy({ signatureKeys }, 'anything'), { mode: 'head', keys: ['A'] });
    assert.deepEqual(gpgPolicy({ signatureKeys, ...projectOf(policy('strict', ['B'])) }, 'anything'), {
      mode: 'strict',
      keys: ['B'],
    });
  });

  it('lets nothing through where it is not clear', () => {
    const refused = (project: ProjectSpec, words: RegExp) =>
      assert.throws(
        () => gpgPolicy(project, 'https://git.example/a'),
        (error) => isCapstanError(error, 'SOURCE_INTEGRITY_INVALID') && words.test(error.message),
      );
    refused(
      projectOf(policy('none', []), policy('head', [])),
      /^multiple \(2\) git source integrity policies found for repo URL: https:\/\/git.example\/a$/,
    );
    refused(projectOf(policy('deep', [])), /unknown GPG mode "deep" configured for GIT source integrity/);
    refused(projectOf(policy('head', [], ['https://git.example/[a'])), /cannot be read/);
  });

  it('names keys by their id or their fingerprint', () => {
    assert.equal(keyIdOf('0123456789ABCDEF01234567' + '89ABCDEF01234567'), '89ABCDEF01234567');
    assert.equal(keyIdOf('89ABCDEF01234567'), '89ABCDEF01234567');
    assert.equal(keyIdOf('89ABCDEF'), undefined);
  });
});

describe('the signatures of a repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capstan-signed-'));
  let git: GitSource;
  let repository: GitRepository;
  let known: Signer;
  let stranger: Signer;

  before(async () => {
    git = createGitSource({ cacheDirectory: join(folder, 'cache'), protocols: ['file'] });
    repository = await createGitRepository(join(folder, 'repo.git'));
    await repository.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    known = await createSigner('Known');
    stranger = await createSigner('Stranger');
  });
  after(async () => {
    await git.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const integrity = async (...signers: readonly Signer[]) => {
    const keyrings = await Promise.all(signers.map(({ publicKey }) => readPgpKeyring(publicKey)));
    const digest = signers.map(({ keyId }) => keyId).join();
    const clock = Object.assign(virtualClock(), { now: () => NOW });
    return new SourceIntegrity({ git, clock }, { current: async () => ({ digest, keyrings }) });
  };
  const problems = async (project: ProjectSpec, revision: string, checker?: SourceIntegrity) => {
    const request = { url: repository.url, timeoutSeconds: 30 };
    const found = await git.resolve(request, { kind: 'any', text: revision });
    const signed = { source: { repoURL: repository.url }, request, revision: found };
    return (checker ?? (await integrity(known, stranger))).problems(project, signed);
  };
  const head = (...keys: readonly string[]) => projectOf(policy('head', keys));
  const strict = (...keys: readonly string[]) => projectOf(policy('strict', keys));

  it('are good by a key that may sign', async () => {
    const commit = await repository.commit({ a: '1' }, 'signed', { branch: 'one' });
    const signed = await known.signCommit(repository, commit, 'refs/heads/one');
    assert.deepEqual(await problems(head(known.keyId), signed), []);
    assert.deepEqual(await problems(head(known.fingerprint), 'one'), []);
    assert.deepEqual(await problems({}, 'one'), []);
  });

  it('are told where they are missing, by a key that may not sign, or by one that is not known', async () => {
    const plain = await repository.commit({ a: '2' }, 'plain', { branch: 'two' });
    const who = "'Test <test@capstan.example>'";
    assert.deepEqual(await problems(head(known.keyId), 'two'), [
      `Failed verifying revision ${plain} by ${who}: unsigned (key_id=)`,
    ]);
    const signed = await stranger.signCommit(repository, plain, 'refs/heads/two');
    assert.deepEqual(await problems(head(known.keyId), 'two'), [
      `Failed verifying revision ${signed} by ${who}: signed with unallowed key (key_id=${stranger.keyId})`,
    ]);
    assert.deepEqual(await problems(head(stranger.keyId), 'two', await integrity(known)), [
      `Failed verifying revision ${signed} by ${who}: signed with key not in keyring (key_id=${stranger.keyId})`,
    ]);
  });

  it('are bad where a signature is another commit’s', async () => {
    const commit = await repository.commit({ a: '3' }, 'to be signed', { branch: 'three' });
    const forged = await known.signCommit(repository, commit, 'refs/heads/three', (payload) =>
      payload.replace('to be signed', 'something else'),
    );
    const [problem] = await problems(head(known.keyId), 'three');
    assert.match(problem ?? '', new RegExp(`${forged} by .*: bad signature \\(key_id=${known.keyId}\\)`));
  });

  it('of an annotated tag are the tag’s, and of a lightweight one the commit’s', async () => {
    const commit = await repository.commit({ a: '4' }, 'four', { branch: 'four' });
    await known.signTag(repository, 'v4.0.0', commit);
    assert.deepEqual(await problems(head(known.keyId), 'v4.0.0'), []);
    assert.deepEqual(await problems(head(known.keyId), '4.0.*'), []);
    assert.equal((await problems(strict(known.keyId), 'v4.0.0')).length, 1);
    await repository.tag('v4.1.0', { at: commit, message: 'not signed' });
    const [problem = ''] = await problems(head(known.keyId), 'v4.1.0');
    assert.match(problem, /^Failed verifying revision v4\.1\.0 by '.* "<.*>"': unsigned \(key_id=\)$/);
    await repository.tag('light', { at: commit });
    assert.match((await problems(head(known.keyId), 'light'))[0] ?? '', new RegExp(`revision ${commit} by`));
  });

  it('count for all that a commit stands on where that is asked, as far back as a seal', async () => {
    const sign = async (files: Record<string, string>, message: string, signer?: Signer): Promise<string> => {
      const commit = await repository.commit(files, message, { branch: 'deep' });
      return signer === undefined ? commit : signer.signCommit(repository, commit, 'refs/heads/deep');
    };
    const first = await sign({ a: '1' }, 'unsigned start');
    await sign({ a: '2' }, 'signed', known);
    assert.match((await problems(strict(known.keyId), 'deep')).join('\n'), new RegExp(`^[^\n]*${first}[^\n]*unsigned`));
    assert.deepEqual(await problems(head(known.keyId), 'deep'), []);
    await sign({ a: '3' }, 'seal\n\nArgocd-gpg-seal: all before was looked at', stranger);
    assert.equal((await problems(strict(known.keyId), 'deep')).length, 1);
    await sign({ a: '4' }, 'seal\n\nargocd-gpg-seal: all before was looked at', known);
    assert.deepEqual(await problems(strict(known.keyId), 'deep'), []);
    await sign({ a: '5' }, 'signed again', known);
    assert.deepEqual(await problems(strict(known.keyId), 'deep'), []);
    const last = await sign({ a: '6' }, 'unsigned again\n\nArgocd-gpg-seal: I wish');
    const told = await problems(strict(known.keyId), 'deep');
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', new RegExp(`revision ${last} by .*: unsigned`));
  });

  it('are told ten at most, and of each key once', async () => {
    for (let at = 0; at < 12; at++) await repository.commit({ a: String(at) }, `plain ${at}`, { branch: 'many' });
    const commit = await repository.commit({ a: 'x' }, 'signed', { branch: 'many' });
    await stranger.signCommit(repository, commit, 'refs/heads/many');
    const again = await repository.commit({ a: 'y' }, 'signed', { branch: 'many' });
    await stranger.signCommit(repository, again, 'refs/heads/many');
    const told = await problems(strict(known.keyId), 'many');
    assert.equal(told.length, 10);
    assert.equal(told.filter((problem) => problem.includes(stranger.keyId)).length, 1);
  });

  it('are checked once for all who ask the same', async () => {
    const commit = await repository.commit({ a: '7' }, 'seven', { branch: 'seven' });
    await known.signCommit(repository, commit, 'refs/heads/seven');
    const checker = await integrity(known);
    assert.deepEqual(await problems(head(known.keyId), 'seven', checker), []);
    const readCommit = git.readCommit.bind(git);
    git.readCommit = () => Promise.reject(new Error('it is read again'));
    try {
      assert.deepEqual(await problems(head(known.keyId), 'seven', checker), []);
      await assert.rejects(problems(head(stranger.keyId), 'seven', checker), /it is read again/);
    } finally {
      git.readCommit = readCommit;
    }
  });
});
