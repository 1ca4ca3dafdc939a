import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { createGitRepository, testCertificates } from '@capstan/testkit';
import type { GitCredentials } from '../credentials/git-credentials.ts';
import type { GitSource } from '../git-source.ts';
import { startGitHost, type GitHostOptions } from '../host/git-host.ts';
import { createGitSource } from './git-source.ts';

const CANARY = 'c4n4ry';
const undo: (() => Promise<unknown>)[] = [];
let folder = '';
let source: GitSource;
let now = Date.now();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capstan-ways-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const repository = await createGitRepository(join(folder, 'root', 'owner', 'repo.git'));
  await repository.commit({ 'a.yaml': 'a: 1\n' }, 'first');
  source = createGitSource({ cacheDirectory: join(folder, 'cache'), now: () => now });
  undo.push(() => source.close());
});

after(async () => {
  for (const step of undo.reverse()) await step();
});

async function host(auth?: GitHostOptions['auth']): Promise<string> {
  const started = await startGitHost({ root: join(folder, 'root'), port: 0, ...(auth === undefined ? {} : { auth }) });
  undo.push(() => started.close());
  return `${started.url}/owner/repo.git`;
}

async function listening(server: Server, scheme = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function resolve(url: string, credentials?: GitCredentials): Promise<unknown> {
  return source.resolve(
    { url, timeoutSeconds: 30, ...(credentials === undefined ? {} : { credentials }) },
    { kind: 'any', text: 'main' },
  );
}

function fails(work: Promise<unknown>, words: RegExp): Promise<void> {
  return assert.rejects(work, (error: unknown) => {
    assert.ok(isCapstanError(error));
    assert.doesNotMatch(`${error.message} ${JSON.stringify(error.data)}`, new RegExp(CANARY));
    assert.match(`${error.code} ${error.message}`, words);
    return true;
  });
}

/** Passes a request on to another server, as it is. */
function passOn(to: string, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const path = URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url;
  const onward = request(to, { method, headers, path }, (got) => {
    answer.writeHead(got.statusCode ?? 500, got.headers);
    got.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
}

describe('a server with an authority of its own', () => {
  it('is trusted by that authority, or unchecked, and not otherwise', async () => {
    const inner = new URL(await host());
    const { ca, cert, key } = await testCertificates();
    const server = createTlsServer({ cert, key }, (incoming, answer) => passOn(inner.origin, incoming, answer));
    const url = `${await listening(server, 'https')}/owner/repo.git`;
    await fails(resolve(url), /certificate/i);
    await resolve(url, { tls: { ca } });
    await resolve(url, { tls: { insecure: true } });
  });

  it('may ask for a certificate of the client', async () => {
    const inner = new URL(await host());
    const { ca, cert, key } = await testCertificates();
    const mine = await testCertificates();
    const wanted = new X509Certificate(mine.cert).fingerprint256;
    const options = { cert, key, requestCert: true, rejectUnauthorized: false };
    const server = createTlsServer(options, (incoming, answer) => {
      const shown = (incoming.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
      if (shown === wanted) passOn(inner.origin, incoming, answer);
      else answer.writeHead(403).end();
    });
    const url = `${await listening(server, 'https')}/owner/repo.git`;
    await fails(resolve(url, { tls: { ca } }), /GIT_AUTH_FAILED/);
    await resolve(url, { tls: { ca, certificate: mine.cert, key: mine.key } });
  });
});

describe('a proxy', () => {
  it('is gone through, with its own password, but to hosts that it is not for', async () => {
    const url = await host();
    const through: string[] = [];
    const expected = `Basic ${Buffer.from(`me:${CANARY}`).toString('base64')}`;
    const proxy = createServer((incoming, answer) => {
      through.push(`${incoming.method} ${incoming.url}`);
      if (incoming.headers['proxy-authorization'] !== expected) {
        answer.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
        return;
      }
      passOn(new URL(url).origin, incoming, answer);
    });
    proxy.on('connect', (incoming, socket) => {
      through.push(`CONNECT ${incoming.url}`);
      const [name = '', port = ''] = (incoming.url ?? '').split(':');
      const onward = connect(Number(port), name, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
    });
    const address = (await listening(proxy)).replace('//', `//me:${CANARY}@`);
    await resolve(url, { proxy: address });
    assert.match(through.join('\n'), /GET http:\/\/127\.0\.0\.1:\d+\/owner\/repo\.git\/info\/refs/);
    await fails(resolve(url, { proxy: address.replace(CANARY, `${CANARY}x`) }), /GIT_/);
    const count = through.length;
    await resolve(url, { proxy: address, noProxy: '127.0.0.1' });
    assert.equal(through.length, count);
  });
});

describe('a GitHub App', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

  /** GitHub's API, as far as it is asked; `asked` tells what was. */
  async function gitHub(token: string): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const server: Server = createServer((incoming, answer) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      const [head = '', claims = '', signature = ''] = (incoming.headers.authorization ?? '').slice(7).split('.');
      const isSigned = createVerify('RSA-SHA256')
        .update(`${head}.${claims}`)
        .verify(publicKey, Buffer.from(signature, 'base64url'));
      const { iss, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss: string; exp: number };
      if (!isSigned || iss !== '7' || exp * 1000 < now) {
        answer.writeHead(401).end(JSON.stringify({ message: CANARY }));
        return;
      }
      const page = (incoming.url ?? '').includes('page=2');
      if (incoming.method === 'GET') {
        const origin = `http://${incoming.headers.host}`;
        const next = `<${origin}/api/v3/app/installations?per_page=100&page=2>; rel="next"`;
        answer.writeHead(200, page ? {} : { link: next });
        answer.end(
          JSON.stringify(page ? [{ id: 42, account: { login: 'Owner' } }] : [{ id: 1, account: { login: 'x' } }]),
        );
        return;
      }
      answer.writeHead(201);
      answer.end(JSON.stringify({ token, expires_at: new Date(now + 3_600_000).toISOString() }));
    });
    return { url: await listening(server), asked };
  }

  it('shows a token of its installation, which is kept until it is about to end', async () => {
    const token = `${CANARY}-token`;
    const url = await host({ username: 'x-access-token', password: token });
    const api = await gitHub(token);
    const githubApp = { appId: '7', installationId: '9', privateKey, baseUrl: `${api.url}/api/v3` };
    await resolve(url, { githubApp });
    await resolve(url, { githubApp });
    assert.deepEqual(api.asked, ['POST /api/v3/app/installations/9/access_tokens']);
    now += 3_500_000;
    await resolve(url, { githubApp });
    assert.equal(api.asked.length, 2);
  });

  it('finds where it is installed by the owner of the repository', async () => {
    const token = `${CANARY}-other`;
    const url = await host({ username: 'x-access-token', password: token });
    const api = await gitHub(token);
    await resolve(url, { githubApp: { appId: '7', privateKey, baseUrl: api.url } });
    assert.deepEqual(api.asked, [
      'GET /api/v3/app/installations?per_page=100',
      'GET /api/v3/app/installations?per_page=100&page=2',
      'POST /app/installations/42/access_tokens',
    ]);
  });

  it('that is refused says so, and shows neither key nor answer', async () => {
    const url = await host({ username: 'x-access-token', password: CANARY });
    const api = await gitHub(CANARY);
    const baseUrl = `${api.url}/api/v3`;
    await fails(resolve(url, { githubApp: { appId: '8', installationId: '9', privateKey, baseUrl } }), /HTTP 401/);
    const broken = { appId: '7', installationId: '9', privateKey: CANARY, baseUrl };
    await fails(resolve(url, { githubApp: broken }), /no RSA key in PEM/);
  });
});
