import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isCapstanError, type ErrorCode } from '@capstan/errors';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import type { FileTree } from '@capstan/tree';
import type { GitCredentials } from '../credentials/git-credentials.ts';
import type { GitReference } from '../revision.ts';
import { startGitHost } from '../host/git-host.ts';
import { createGitSource } from './git-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-source-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const source = createGitSource({ cacheDirectory: join(folder, 'cache'), protocols: ['http', 'https', 'ssh', 'file'] });
after(() => source.close());
const host = await startGitHost({ root: join(folder, 'repositories'), port: 0 });
after(() => host.close());

let made = 0;
async function repository(): Promise<{ git: GitRepository; url: string }> {
  const name = `r${made++}.git`;
  const git = await createGitRepository(join(folder, 'repositories', name));
  return { git, url: `${host.url}/${name}` };
}

const at = (url: string, credentials?: GitCredentials) => ({
  url,
  timeoutSeconds: 30,
  ...(credentials === undefined ? {} : { credentials }),
});
const any = (text: string): GitReference => ({ kind: 'any', text });
const main: GitReference = { kind: 'branch', branch: 'main' };

async function text(tree: FileTree, path: string): Promise<string | undefined> {
  const [file] = await tree.read([path]);
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
}

const rejects = (work: Promise<unknown>, code: ErrorCode) =>
  assert.rejects(work, (error) => {
    assert.ok(isCapstanError(error, code), `${String(error)} is not ${code}`);
    return true;
  });

describe('references', async () => {
  const { git, url } = await repository();
  const first = await git.commit({ 'a/x': '1' }, 'first\n\nbody');
  await git.tag('v1.0.0');
  const second = await git.commit({ 'a/x': '2' }, 'second');
  await git.tag('v1.2.0', { message: 'annotated' });
  await git.tag('2.0.0-rc.1');
  await git.tag('v1.9');
  await git.tag('part/1.0.0', { at: first });
  await git.tag('part/1.0.4', { message: 'annotated' });
  await git.tag('other/1.0.9');
  const side = await git.commit({ y: '3' }, 'side', { branch: 'feature/side' });
  await git.setRef('refs/pull/7/head', side);
  const resolve = async (reference: GitReference) => {
    const { commit, reference: name } = await source.resolve(at(url), reference);
    return [commit, name];
  };

  it('resolve branches, tags, names and commits', async () => {
    assert.deepEqual(await resolve(main), [second, 'refs/heads/main']);
    assert.deepEqual(await resolve({ kind: 'branch', branch: 'feature/side' }), [side, 'refs/heads/feature/side']);
    assert.deepEqual(await resolve({ kind: 'tag', tag: 'v1.0.0' }), [first, 'refs/tags/v1.0.0']);
    assert.deepEqual(await resolve({ kind: 'tag', tag: 'v1.2.0' }), [second, 'refs/tags/v1.2.0']);
    assert.deepEqual(await resolve({ kind: 'name', name: 'refs/pull/7/head' }), [side, 'refs/pull/7/head']);
    assert.deepEqual(await resolve({ kind: 'commit', commit: first, branch: 'main' }), [first, 'refs/heads/main']);
  });

  it('resolve ranges of versions over tags', async () => {
    assert.deepEqual(await resolve({ kind: 'semver', range: '1.x' }), [second, 'refs/tags/v1.2.0']);
    assert.deepEqual(await resolve({ kind: 'semver', range: '<1.1' }), [first, 'refs/tags/v1.0.0']);
    assert.deepEqual(await resolve({ kind: 'semver', range: '>=2.0.0-0' }), [second, 'refs/tags/2.0.0-rc.1']);
    await rejects(resolve({ kind: 'semver', range: '>=3' }), 'GIT_REF_NOT_FOUND');
    await rejects(resolve({ kind: 'semver', range: 'what' }), 'SEMVER_CONSTRAINT_INVALID');
  });

  it('resolve as Argo CD reads a target revision', async () => {
    assert.deepEqual(await resolve(any('HEAD')), [second, 'refs/heads/main']);
    assert.deepEqual(await resolve(any('')), [second, 'refs/heads/main']);
    assert.deepEqual(await resolve(any('feature/side')), [side, 'refs/heads/feature/side']);
    assert.deepEqual(await resolve(any('refs/tags/v1.0.0')), [first, 'refs/tags/v1.0.0']);
    assert.deepEqual(await resolve(any('v1.0.0')), [first, 'refs/tags/v1.0.0']);
    assert.deepEqual(await resolve(any('1.0.*')), [first, 'refs/tags/v1.0.0']);
    assert.deepEqual(await resolve(any('1.x')), [second, 'refs/tags/v1.9']);
    assert.deepEqual(await resolve(any(first)), [first, '']);
    assert.deepEqual(await resolve(any(first.slice(0, 8))), [first, '']);
    await rejects(resolve(any('nowhere')), 'GIT_REF_NOT_FOUND');
    await rejects(resolve(any('deadbeef')), 'GIT_REF_NOT_FOUND');
  });

  it('look for versions among the tags with a prefix, where there is one', async () => {
    const part = (version: string): GitReference => ({ kind: 'any', text: version, tagPrefix: 'part/' });
    assert.deepEqual(await resolve(part('1.0.*')), [second, 'refs/tags/part/1.0.4']);
    assert.deepEqual(await resolve(part('1.0.0')), [first, 'refs/tags/part/1.0.0']);
    assert.deepEqual(await resolve(part('main')), [second, 'refs/heads/main']);
    await rejects(resolve(part('v1.2.0')), 'GIT_REF_NOT_FOUND');
    await rejects(resolve(part('>=2')), 'GIT_REF_NOT_FOUND');
  });

  it('show a commit that is no longer the tip, with its author, date and message', async () => {
    const tree = await source.tree(at(url), { commit: first, reference: 'refs/heads/main' });
    assert.equal(await text(tree, 'a/x'), '1');
    const { author, date, message } = await source.describe(at(url), first);
    assert.deepEqual([author, date, message], ['Test <test@capstan.example>', '2026-01-01T00:00:00Z', 'first\n\nbody']);
  });

  it('are refused when git would read them as something else', async () => {
    for (const name of [
      '--upload-pack=touch /tmp/capstan-owned',
      '-x',
      'a..b',
      'a b',
      'a*',
      'x.lock',
      'a\nb',
      '@{1}',
      'a^',
    ]) {
      await rejects(resolve({ kind: 'branch', branch: name }), 'GIT_REF_NOT_FOUND');
      await rejects(resolve({ kind: 'name', name }), 'GIT_REF_NOT_FOUND');
    }
  });
});

describe('mirrors', () => {
  it('serve a commit after a restart without the server, and stay apart by credentials', async () => {
    const { git, url } = await repository();
    const commit = await git.commit({ a: '1' }, 'kept');
    const options = { cacheDirectory: join(folder, 'kept') };
    const before = createGitSource(options);
    const revision = await before.resolve(at(url), main);
    await before.tree(at(url), revision);
    await before.close();
    rmSync(git.directory, { recursive: true });
    const restarted = createGitSource(options);
    after(() => restarted.close());
    assert.equal(await text(await restarted.tree(at(url), revision), 'a'), '1');
    assert.equal((await restarted.describe(at(url), commit)).message, 'kept');
    const other = at(url, { basic: { username: 'u', password: 'other' } });
    await rejects(restarted.tree(other, revision), 'GIT_REPOSITORY_NOT_FOUND');
    await rejects(restarted.describe(other, commit), 'GIT_REF_NOT_FOUND');
  });

  it('let go of the commits used longest ago, and fetch them again when asked', async () => {
    const { git, url } = await repository();
    const commits: string[] = [];
    for (let index = 0; index < 27; index++) commits.push(await git.commit({ a: String(index) }, `${index}`));
    for (const commit of commits) await source.tree(at(url), { commit, reference: 'refs/heads/main' });
    const [first = ''] = commits;
    await rejects(source.describe(at(url), first), 'GIT_REF_NOT_FOUND');
    assert.equal(await text(await source.tree(at(url), { commit: first, reference: 'refs/heads/main' }), 'a'), '0');
  });

  it('are asked once by callers who ask at the same time', async () => {
    const { git, url } = await repository();
    await git.commit({ a: '1' }, 'one');
    let asked = 0;
    const counting = createServer((request, response) => {
      asked++;
      response.writeHead(302, { location: `${host.url}${request.url ?? ''}` }).end();
    });
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));
    after(() => counting.close());
    const address = counting.address();
    const through = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/${url.split('/').at(-1)}`;
    const all = await Promise.all(Array.from({ length: 20 }, () => source.resolve(at(through), main)));
    assert.equal(new Set(all.map(({ commit }) => commit)).size, 1);
    assert.equal(asked, 1);
  });
});

describe('trees of commits', () => {
  it('read files, modes, links and folders over HTTP and over a file URL', async () => {
    const { git, url } = await repository();
    await git.commit(
      {
        'b/run.sh': { content: 'x', executable: true },
        'b/l': { link: '../c/t' },
        'c/t': 't',
        out: { link: '/etc/passwd' },
      },
      'one',
    );
    for (const address of [url, git.url]) {
      const tree = await source.tree(at(address), await source.resolve(at(address), main));
      assert.equal(await text(tree, 'b/l'), 't');
      await rejects(tree.read(['out']), 'TREE_LINK_ESCAPES');
      const [root, b] = await tree.list(['', 'b']);
      assert.deepEqual(
        root?.map(({ name, kind }) => `${name} ${kind}`),
        ['b directory', 'c directory', 'out file'],
      );
      assert.deepEqual(
        b?.map(({ name, executable }) => `${name} ${executable}`),
        ['l undefined', 'run.sh true'],
      );
    }
    const revision = await source.resolve(at(url), main);
    const [without] = await (await source.tree(at(url), revision, undefined, { links: 'omit' })).list(['b']);
    assert.deepEqual(
      without?.map(({ name }) => name),
      ['run.sh'],
    );
  });

  it('give unchanged content the same digests across commits, and survive many at once', async () => {
    const { git, url } = await repository();
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`d${index % 7}/f${index}`, `${index}`]),
    );
    const one = await git.commit(files, 'one');
    const two = await git.commit({ 'd0/f0': 'new' }, 'two');
    const [before, now] = await Promise.all(
      [one, two].map((commit) => source.tree(at(url), { commit, reference: 'refs/heads/main' })),
    );
    assert.ok(before !== undefined && now !== undefined);
    const paths = Object.keys(files);
    const [old, current] = await Promise.all([before.read(paths), now.read(paths)]);
    const changed = paths.filter((_, index) => old[index]?.digest !== current[index]?.digest);
    assert.deepEqual(changed, ['d0/f0']);
    assert.equal(new TextDecoder().decode(old[42]?.bytes), paths[42]?.split('f')[1]);
  });
});
