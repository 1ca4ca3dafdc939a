import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import type { RemoteAnswer, RemoteRequest } from '@capstan/tree';
import { createGitSource } from '../git/git-source.ts';
import { startGitHost, type GitHost } from '../host/git-host.ts';
import { HttpFiles } from './http-files.ts';
import { isOwnAddress } from './own-address.ts';
import { RemoteBases } from './remote-bases.ts';

const undo: (() => Promise<unknown>)[] = [];
let folder = '';
let host: GitHost;
let repository: GitRepository;
let library: GitRepository;
let server: Server;
let base = '';
let served: Record<string, string> = {};
const asked: string[] = [];
let now = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capstan-remote-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  repository = await createGitRepository(join(folder, 'root', 'repo.git'));
  library = await createGitRepository(join(folder, 'root', 'library.git'));
  host = await startGitHost({ root: join(folder, 'root'), port: 0 });
  undo.push(() => host.close());
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(`${path} ${request.headers.authorization ?? ''}`.trim());
    const to = /^\/to\/(.+)$/.exec(path)?.[1];
    if (to !== undefined) response.writeHead(302, { location: decodeURIComponent(to) }).end();
    else if (served[path] === undefined) response.writeHead(404).end('nothing');
    else response.end(served[path]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  undo.push(() => new Promise((resolve) => server.close(resolve)));
});

after(async () => {
  for (const step of undo.reverse()) await step();
});

function remoteBases(
  options: { readonly guarded?: boolean; readonly maxBytes?: number; readonly cache?: string } = {},
): RemoteBases {
  const allowsAddress = (address: string): boolean => options.guarded !== true || !isOwnAddress(address);
  const made = new RemoteBases({
    git: createGitSource({
      cacheDirectory: join(folder, options.cache ?? 'cache'),
      protocols: ['http', 'https', 'file'],
      ...(options.guarded === true ? { allowsAddress } : {}),
    }),
    http: new HttpFiles({ allowsAddress, ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }) }),
    now: () => now,
  });
  undo.push(() => made.close());
  return made;
}

const repo = (url: string, ref = '', submodules = true): RemoteRequest => ({
  kind: 'repository',
  url,
  ref,
  submodules,
  timeoutSeconds: 20,
});

async function one(bases: RemoteBases, request: RemoteRequest): Promise<RemoteAnswer> {
  const [answer] = await bases.fetchFor()([request]);
  assert.ok(answer !== undefined);
  return answer;
}

async function contentOf(answer: RemoteAnswer, path: string): Promise<string | undefined> {
  if (answer.kind === 'failed') throw answer.error;
  assert.equal(answer.kind, 'repository');
  const [file] = await answer.tree.read([path]);
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
}

describe('a repository that content names', () => {
  it('is pinned to the commit that a reference names: HEAD, a tag before a branch, a branch, a commit', async () => {
    const bases = remoteBases();
    const first = await repository.commit({ 'a.yaml': 'a: 1\n' }, 'first');
    await repository.git('tag', 'v1', first);
    await repository.git('branch', 'v1', first);
    const second = await repository.commit({ 'a.yaml': 'a: 2\n' }, 'second');
    await repository.git('branch', '-f', 'v1', second);
    const url = `${host.url}/repo.git`;
    for (const [ref, commit, text] of [
      ['', second, 'a: 2\n'],
      ['v1', first, 'a: 1\n'],
      ['heads/v1', second, 'a: 2\n'],
      ['refs/tags/v1', first, 'a: 1\n'],
      [first, first, 'a: 1\n'],
    ] as const) {
      const answer = await one(bases, repo(url, ref));
      assert.equal(await contentOf(answer, 'a.yaml'), text, ref);
      assert.equal((answer as { commit?: string }).commit, commit, ref);
    }
  });

  it('is looked at again once its answer is no longer fresh', async () => {
    const bases = remoteBases();
    const url = `${host.url}/repo.git`;
    await repository.commit({ 'b.yaml': 'b: 1\n' }, 'before');
    assert.equal(await contentOf(await one(bases, repo(url)), 'b.yaml'), 'b: 1\n');
    await repository.commit({ 'b.yaml': 'b: 2\n' }, 'after');
    assert.equal(await contentOf(await one(bases, repo(url)), 'b.yaml'), 'b: 1\n');
    now += 30_000;
    assert.equal(await contentOf(await one(bases, repo(url)), 'b.yaml'), 'b: 2\n');
  });

  it('may be a folder of this machine where that is allowed', async () => {
    await repository.commit({ 'c.yaml': 'c: 1\n' }, 'local');
    const url = `file://${join(folder, 'root', 'repo.git')}`;
    assert.equal(await contentOf(await one(remoteBases(), repo(url)), 'c.yaml'), 'c: 1\n');
  });

  it('fails with what git says, and asks again the next time', async () => {
    const bases = remoteBases();
    const none = await one(bases, repo(`${host.url}/later.git`));
    assert.equal(none.kind, 'failed');
    const later = await createGitRepository(join(folder, 'root', 'later.git'));
    await later.commit({ 'a.yaml': 'a: 1\n' }, 'first');
    assert.equal(await contentOf(await one(bases, repo(`${host.url}/later.git`)), 'a.yaml'), 'a: 1\n');
    const unknown = await one(bases, repo(`${host.url}/later.git`, 'no-such-branch'));
    assert.ok(unknown.kind === 'failed' && unknown.error.code === 'GIT_REF_NOT_FOUND');
  });

  it('is not fetched from this machine where addresses are guarded', async () => {
    const bases = remoteBases({ guarded: true, cache: 'guarded' });
    for (const url of [
      `${host.url}/repo.git`,
      host.url.replace('127.0.0.1', 'localhost') + '/repo.git',
      'http://[::ffff:127.0.0.1]/a/b',
      'http://169.254.169.254/a/b',
    ]) {
      const answer = await one(bases, repo(url));
      assert.ok(answer.kind === 'failed' && answer.error.code === 'REMOTE_NOT_ALLOWED', url);
    }
  });

  it('is shown the credentials of its source on the same server alone', async () => {
    const shown: (string | undefined)[] = [];
    const git = {
      resolve: async (request: { readonly credentials?: { readonly basic?: { readonly password: string } } }) => {
        shown.push(request.credentials?.basic?.password);
        throw new Error('enough');
      },
    };
    const source = {
      url: 'git@git.example:team/app.git',
      timeoutSeconds: 1,
      credentials: { basic: { username: 'u', password: 'p' } },
    };
    const bases = new RemoteBases({
      git: git as never,
      http: { get: () => assert.fail(), close: async () => undefined },
      now: () => now,
    });
    const urls = [
      'git@git.example:team/base.git',
      'ssh://git@git.example:22/team/base',
      'git@other.example:team/base.git',
      'https://git.example/team/base',
    ];
    await bases.fetchFor({ source })(urls.map((url) => repo(url)));
    assert.deepEqual(shown, ['p', 'p', undefined, undefined]);
  });

  it('has its submodules, unless it is told not to', async () => {
    const commit = await library.commit({ 'lib.yaml': 'lib: 1\n' }, 'library');
    const outer = await createGitRepository(join(folder, 'root', 'outer.git'));
    await outer.commit(
      { 'app.yaml': 'app: 1\n', '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../library.git\n' },
      'outer',
    );
    const entry = async (mode: string, name: string) =>
      Buffer.concat([
        Buffer.from(`${mode} ${name}\0`),
        Buffer.from((await outer.git('rev-parse', `main:${name}`)).trim(), 'hex'),
      ]);
    const tree = await outer.writeObject(
      'tree',
      Buffer.concat([
        await entry('100644', '.gitmodules'),
        await entry('100644', 'app.yaml'),
        Buffer.from('160000 lib\0'),
        Buffer.from(commit, 'hex'),
      ]),
    );
    const made = (await outer.git('commit-tree', '-m', 'with a submodule', tree)).trim();
    await outer.git('update-ref', 'refs/heads/main', made);
    const url = `${host.url}/outer.git`;
    assert.equal(await contentOf(await one(remoteBases(), repo(url)), 'lib/lib.yaml'), 'lib: 1\n');
    assert.equal(await contentOf(await one(remoteBases(), repo(url, '', false)), 'lib/lib.yaml'), undefined);
  });
});

describe('a file that content names', () => {
  const get = (url: string, bases = remoteBases()) => one(bases, { kind: 'file', url });

  it('is what the server answers, where it leads on too', async () => {
    served = { '/a.yaml': 'a: 1\n' };
    for (const url of [`${base}/a.yaml`, `${base}/to/${encodeURIComponent('/a.yaml')}`]) {
      const answer = await get(url);
      assert.ok(answer.kind === 'file');
      assert.equal(new TextDecoder().decode(answer.bytes), 'a: 1\n');
      assert.match(answer.digest, /^sha256:/);
    }
    assert.deepEqual(await get(`${base}/none.yaml`), { kind: 'status', status: 404 });
  });

  it('is asked for with the password of its URL, and with none where another server is led on to', async () => {
    served = { '/a.yaml': 'a: 1\n' };
    asked.length = 0;
    const other = `${base.replace('127.0.0.1', 'localhost')}/a.yaml`;
    await get(`${base.replace('//', '//me:secret@')}/to/${encodeURIComponent(other)}`);
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    assert.deepEqual(asked, [`/to/${encodeURIComponent(other)} ${basic}`, '/a.yaml']);
  });

  it('fails where it is too large, leads on for ever or to something else, or nobody answers', async () => {
    served = { '/large': 'x'.repeat(2000) };
    const code = async (url: string, bases?: RemoteBases) => {
      const answer = await get(url, bases);
      return answer.kind === 'failed' ? answer.error.code : answer.kind;
    };
    assert.equal(await code(`${base}/large`, remoteBases({ maxBytes: 1000 })), 'TREE_LIMIT');
    const to = (url: string) => `${base}/to/${encodeURIComponent(url)}`;
    assert.equal(await code(to('file:///etc/passwd')), 'REMOTE_FAILED');
    assert.equal(
      await code(Array.from({ length: 11 }).reduce<string>((url) => to(url), `${base}/large`)),
      'REMOTE_FAILED',
    );
    assert.equal(await code('http://127.0.0.1:1/x'), 'REMOTE_FAILED');
  });

  it('is not fetched from this machine where addresses are guarded, by name or where another leads on to it', async () => {
    const bases = remoteBases({ guarded: true, cache: 'guarded' });
    for (const url of [
      `${base}/a.yaml`,
      base.replace('127.0.0.1', 'localhost'),
      'http://169.254.169.254/latest/meta-data',
      'http://2130706433/',
      'http://[::1]/',
      'http://0/',
    ]) {
      const answer = await get(url, bases);
      assert.ok(answer.kind === 'failed' && answer.error.code === 'REMOTE_NOT_ALLOWED', url);
    }
  });
});
