import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isCapstanError, messageOf, type CapstanError, type ErrorCode } from '@capstan/errors';
import { createGitRepository, type GitRepository } from '@capstan/testkit';
import { startGitHost, type GitHostOptions } from '../host/git-host.ts';
import type { GitCredentials } from '../credentials/git-credentials.ts';
import { createGitSource } from './git-source.ts';

/** Stands in every secret of these tests, and must be seen nowhere. */
const CANARY = 'canary-5f1c0a';

const folder = mkdtempSync(join(tmpdir(), 'capstan-failures-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const cache = join(folder, 'cache');
const source = createGitSource({ cacheDirectory: cache });
after(() => source.close());
const root = join(folder, 'repositories');

let made = 0;
async function served(auth?: GitHostOptions['auth']): Promise<{ git: GitRepository; url: string }> {
  const name = `r${made++}.git`;
  const git = await createGitRepository(join(root, name));
  await git.commit({ 'a.yaml': 'a' }, 'first');
  const host = await startGitHost({ root, port: 0, ...(auth === undefined ? {} : { auth }) });
  after(() => host.close());
  return { git, url: `${host.url}/${name}` };
}

async function listening(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const main = { kind: 'branch', branch: 'main' } as const;
const resolve = (url: string, credentials?: GitCredentials, timeoutSeconds = 20) =>
  source.resolve({ url, timeoutSeconds, ...(credentials === undefined ? {} : { credentials }) }, main);
const tree = async (url: string) => source.tree({ url, timeoutSeconds: 20 }, await resolve(url));

async function failure(work: Promise<unknown>, code: ErrorCode): Promise<CapstanError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(isCapstanError(error, code), `${String(error)} is not ${code}`);
  assert.ok(!`${messageOf(error)} ${JSON.stringify(error.data)}`.includes(CANARY), error.message);
  return error;
}

const NEEDS_PROC = { skip: existsSync('/proc/self/cmdline') ? false : 'needs /proc' };

/** Whether the secret stands in the arguments of a running process. */
function inArguments(text: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch {
      return false; // It has ended meanwhile.
    }
  });
}

function filesBelow(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a server that is no Git host', () => {
  it('is not quoted, whatever it says', async () => {
    for (const status of [200, 400, 418, 500, 503]) {
      const url = await listening((_request, response) => {
        response.writeHead(status, { 'content-type': 'text/plain' }).end(`internal: ${CANARY}\n`);
      });
      const error: unknown = await resolve(`${url}/r.git`).catch((reason: unknown) => reason);
      assert.ok(isCapstanError(error), String(error));
      assert.ok(!messageOf(error).includes(CANARY), error.message);
    }
  });
});

describe('credentials', () => {
  it('are asked for by name, refused when wrong, and taken when right', async () => {
    const { url } = await served({ username: 'u', password: `${CANARY}-right` });
    await failure(resolve(url), 'GIT_AUTH_FAILED');
    await failure(resolve(url, { basic: { username: 'u', password: `${CANARY}-wrong` } }), 'GIT_AUTH_FAILED');
    await resolve(url, { basic: { username: 'u', password: `${CANARY}-right` } });
    await resolve(url, { basic: { username: 'u', password: `${CANARY}-right`, preemptive: true } });
    await resolve(url.replace('//', `//u:${CANARY}-right@`));
    await failure(resolve(url.replace('//', `//u:${CANARY}-wrong@`)), 'GIT_AUTH_FAILED');
  });

  it('may be a bearer token, and values that would forge a header are refused', async () => {
    const { url } = await served({ bearerToken: `${CANARY}-token` });
    await resolve(url, { bearerToken: `${CANARY}-token` });
    await failure(resolve(url, { bearerToken: `${CANARY}-other` }), 'GIT_AUTH_FAILED');
    await failure(resolve(url, { bearerToken: `${CANARY}\r\nX-Forged: 1` }), 'GIT_CREDENTIALS_INVALID');
    const forged = { username: `u\nhost=evil`, password: CANARY };
    await failure(resolve(url, { basic: forged }), 'GIT_CREDENTIALS_INVALID');
  });

  it('are not in the arguments of any process, nor on the disk afterwards', NEEDS_PROC, async () => {
    let seen: boolean | undefined;
    const url = await listening((_request, response) => {
      seen ||= inArguments(CANARY);
      response.writeHead(500, { 'x-echo': CANARY }).end(CANARY);
    });
    for (const credentials of [
      { basic: { username: 'u', password: CANARY, preemptive: true } },
      { bearerToken: CANARY, proxy: `${url.replace('//', `//p:${CANARY}@`)}` },
    ]) {
      await failure(resolve(`${url}/r.git`, credentials), 'GIT_UNREACHABLE');
    }
    assert.equal(seen, false);
    assert.deepEqual(
      filesBelow(cache).filter((file) => readFileSync(file).includes(CANARY)),
      [],
    );
    assert.deepEqual(
      readdirSync(join(cache, 'sessions')).filter((name) => name.startsWith('session-')),
      [],
    );
  });

  it('do not follow a redirect to another host', async () => {
    const got: IncomingMessage['headers'][] = [];
    const thief = await listening((request, response) => {
      got.push(request.headers);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const url = await listening((request, response) => {
      response.writeHead(302, { location: `${thief}${request.url ?? ''}` }).end();
    });
    for (const credentials of [
      { basic: { username: 'u', password: CANARY } },
      { basic: { username: 'u', password: CANARY, preemptive: true } },
      { bearerToken: CANARY },
    ]) {
      await assert.rejects(resolve(`${url}/r.git`, credentials));
    }
    assert.deepEqual(
      got.filter((headers) => headers.authorization !== undefined),
      [],
    );
  });
});

describe('a server', () => {
  it('that cannot be reached, does not answer, or has no such repository, is told apart', async () => {
    const { git, url } = await served();
    await failure(resolve(url.replace(/r\d+\.git/, 'absent.git')), 'GIT_REPOSITORY_NOT_FOUND');
    await failure(resolve('http://127.0.0.1:1/r.git'), 'GIT_UNREACHABLE');
    await failure(resolve('http://host.invalid/r.git'), 'GIT_UNREACHABLE');
    const silent = await listening(() => undefined);
    await failure(resolve(`${silent}/r.git`, undefined, 0.5), 'GIT_TIMEOUT');
    await failure(resolve(git.url), 'GIT_URL_INVALID');
  });

  it('that does not answer leaves no process behind, and a caller can stop waiting', NEEDS_PROC, async () => {
    const connected = Promise.withResolvers<void>();
    const silent = await listening(() => connected.resolve());
    const controller = new AbortController();
    const waiting = source.resolve({ url: `${silent}/mark-7c.git`, timeoutSeconds: 1 }, main, controller.signal);
    await connected.promise;
    controller.abort(new Error('stopped'));
    await assert.rejects(waiting, /stopped/);
    await failure(resolve(`${silent}/mark-7c.git`, undefined, 1), 'GIT_TIMEOUT');
    assert.equal(inArguments('mark-7c'), false);
  });

  it('that lost a branch, or rewrote it, is followed; commits that were fetched stay readable', async () => {
    const { git, url } = await served();
    const old = await resolve(url);
    await source.tree({ url, timeoutSeconds: 20 }, old);
    const forced = await git.commit({ 'b.yaml': 'b' }, 'rewritten', { force: true });
    const now = await resolve(url);
    assert.equal(now.commit, forced);
    const [listed] = await (await source.tree({ url, timeoutSeconds: 20 }, now)).list(['']);
    assert.deepEqual(
      listed?.map(({ name }) => name),
      ['b.yaml'],
    );
    const [before] = await (await source.tree({ url, timeoutSeconds: 20 }, old)).list(['']);
    assert.deepEqual(
      before?.map(({ name }) => name),
      ['a.yaml'],
    );
    await git.commit({}, 'keeps the repository from being empty', { branch: 'other' });
    await git.deleteBranch('main');
    const error = await failure(resolve(url), 'GIT_REF_NOT_FOUND');
    assert.match(error.message, /couldn't find remote ref "refs\/heads\/main"/);
    const gone = { commit: 'd'.repeat(40), reference: 'refs/heads/other' };
    await failure(source.tree({ url, timeoutSeconds: 20 }, gone), 'GIT_REF_NOT_FOUND');
  });
});

describe('a hostile repository', () => {
  it('with entries that no working repository has is refused where they are read', async () => {
    for (const name of ['.git', '.GIT', '..', '.', 'a/b']) {
      const { git, url } = await served();
      const blob = await git.writeObject('blob', 'owned');
      const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
      const bad = await git.writeObject('tree', entry);
      const root = await git.writeObject('tree', Buffer.concat([Buffer.from('40000 d\0'), Buffer.from(bad, 'hex')]));
      const who = 'T <t@capstan.example> 0 +0000';
      const commit = await git.writeObject('commit', `tree ${root}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
      await git.setRef('refs/heads/main', commit);
      const at = await tree(url).catch((error: unknown) => error);
      // git may refuse the whole pack, as it does for some names; else the folder is.
      if (at instanceof Error) assert.ok(isCapstanError(at), String(at));
      else await failure((at as Awaited<ReturnType<typeof tree>>).list(['d']), 'TREE_PATH_INVALID');
    }
  });

  it('with links out and a huge file harms only who reads them', async () => {
    const { git, url } = await served();
    await git.commit(
      { out: { link: '../../../../etc/passwd' }, big: new Uint8Array(33 * 1024 * 1024), small: 's' },
      'x',
    );
    const at = await tree(url);
    await failure(at.read(['out']), 'TREE_LINK_ESCAPES');
    const [small, big] = await Promise.allSettled([at.read(['small']), at.read(['big'])]);
    assert.equal(small.status, 'fulfilled');
    assert.ok(big.status === 'rejected' && isCapstanError(big.reason, 'TREE_LIMIT'));
    assert.equal(new TextDecoder().decode((await at.read(['small']))[0]?.bytes), 's');
  });

  it('with more in a pack than is allowed is given up, and fetched once more is', async () => {
    const { git, url } = await served();
    await git.commit({ noise: randomBytes(3 * 1024 * 1024) }, 'noise');
    const small = createGitSource({ cacheDirectory: join(folder, 'small'), maxPackBytes: 1024 * 1024 });
    after(() => small.close());
    const revision = await resolve(url);
    await failure(small.tree({ url, timeoutSeconds: 20 }, revision), 'GIT_FAILED');
    await git.commit({ noise: null }, 'quiet');
    const [listed] = await (await small.tree({ url, timeoutSeconds: 20 }, await resolve(url))).list(['']);
    assert.deepEqual(
      listed?.map(({ name }) => name),
      ['a.yaml'],
    );
  });

  it('with a submodule shows a folder without it', async () => {
    const { git, url } = await served();
    const blob = await git.writeObject('blob', 'x');
    const entries = [
      Buffer.from('100644 a\0'),
      Buffer.from(blob, 'hex'),
      Buffer.from('160000 sub\0'),
      Buffer.alloc(20, 7),
    ];
    const root = await git.writeObject('tree', Buffer.concat(entries));
    const who = 'T <t@capstan.example> 0 +0000';
    await git.setRef(
      'refs/heads/main',
      await git.writeObject('commit', `tree ${root}\nauthor ${who}\ncommitter ${who}\n\nx\n`),
    );
    const [listed] = await (await tree(url)).list(['']);
    assert.deepEqual(
      listed?.map(({ name }) => name),
      ['a'],
    );
  });

  it('with a URL that git would read as an option or a helper is refused before git sees it', async () => {
    const marker = join(folder, 'owned');
    for (const url of [
      `--upload-pack=touch ${marker}`,
      `ext::sh -c touch% ${marker}`,
      'fd::17/foo',
      `-oProxyCommand=touch ${marker}`,
      `ssh://-oProxyCommand=touch${marker}/x`,
      'ssh://%2DoProxyCommand=x/y',
      '-u@host:path',
      'git@-host:path',
      'git@host:-path',
      'http://host/\nx',
      'file:///etc',
      '/etc',
      '../x',
      'http://host',
      '',
    ]) {
      await failure(resolve(url), 'GIT_URL_INVALID');
    }
    assert.ok(!filesBelow(folder).includes(marker));
  });
});

describe('the loopback host', () => {
  it('takes pushes and tells of every ref they move, before the push ends', async (test) => {
    const name = `r${made++}.git`;
    const git = await createGitRepository(join(root, name));
    const events: unknown[] = [];
    const host = await startGitHost({ root, port: 0, onPush: (event) => events.push(event) });
    test.after(() => host.close());
    const local = await createGitRepository(join(folder, `local-${name}`));
    const commit = await local.commit({ a: '1' }, 'one');
    const url = `${host.url}/${name}`;
    await local.git('push', '--quiet', url, 'main:main', 'main:refs/tags/v1');
    assert.deepEqual(events.splice(0), [
      { repository: name, ref: 'refs/heads/main', commit },
      { repository: name, ref: 'refs/tags/v1', commit },
    ]);
    assert.equal(await git.git('rev-parse', 'main'), commit);
    await local.git('push', '--quiet', url, ':refs/tags/v1');
    assert.deepEqual(events, [{ repository: name, ref: 'refs/tags/v1', commit: null }]);
  });

  it('answers for nothing but its repositories', async () => {
    const { url } = await served();
    const base = url.slice(0, url.lastIndexOf('/'));
    const paths = ['/', '/../x/info/refs', '/r0.git/config', '/r0.git/objects/info/packs', '/%2e%2e/info/refs'];
    for (const path of [...paths, '/.hidden/info/refs', '/r0.git/../../etc/info/refs']) {
      assert.equal((await fetch(`${base}${path}`)).status, 404, path);
    }
  });
});

describe('a repository without a commit', () => {
  it('is said to be empty, whatever is asked of it', async () => {
    const name = 'empty.git';
    await createGitRepository(join(root, name));
    const host = await startGitHost({ root, port: 0 });
    after(() => host.close());
    const url = `${host.url}/${name}`;
    await failure(resolve(url), 'GIT_REPOSITORY_EMPTY');
    await failure(source.resolve({ url, timeoutSeconds: 20 }, { kind: 'semver', range: '*' }), 'GIT_REPOSITORY_EMPTY');
  });

  it('is not taken for one that lacks a branch', async () => {
    const { url } = await served();
    const other = { kind: 'branch', branch: 'other' } as const;
    await failure(source.resolve({ url, timeoutSeconds: 20 }, other), 'GIT_REF_NOT_FOUND');
  });
});
