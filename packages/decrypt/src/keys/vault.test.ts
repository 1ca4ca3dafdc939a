import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { httpSend } from '@capstan/cloud';
import { isCapstanError } from '@capstan/errors';
import { startLocalServices, type LocalServices } from '@capstan/testkit';
import { openVault, vaultLogin } from './vault.ts';

const TOKEN = 'token-9d2c';
const CANARY = 'canary-77aa';

describe('keys of Vault', () => {
  let services: LocalServices;

  before(async () => {
    services = await startLocalServices(({ url }) => {
      if (url.pathname.includes('moved')) return { status: 307, body: '' };
      if (url.pathname.includes('denied')) return { status: 403, body: CANARY };
      if (url.pathname.includes('large')) return { body: 'x'.repeat(2_000_000) };
      if (url.pathname.endsWith('/login')) return { body: { auth: { client_token: 'vault-token' } } };
      return { body: { data: { plaintext: Buffer.from('key').toString('base64') } } };
    });
  });
  after(() => services.close());

  const key = (keyName: string, at = services.origin, enginePath = 'sops') =>
    ({ type: 'hc_vault', address: at, enginePath, keyName, enc: 'vault:v1:abc' }) as const;
  const open = (one: ReturnType<typeof key>) => openVault(one, TOKEN, httpSend(), undefined);

  it('open a data key with the token of the Secret', async () => {
    assert.equal(Buffer.from(await open(key('good'))).toString(), 'key');
    const [asked] = services.requests;
    assert.equal(`${asked?.method} ${asked?.url.pathname}`, 'POST /v1/sops/decrypt/good');
    assert.equal(asked?.headers['x-vault-token'], TOKEN);
    assert.deepEqual(JSON.parse(asked?.body ?? ''), { ciphertext: 'vault:v1:abc' });
  });

  for (const [what, name, words] of [
    ['a refusal', 'denied', 'HTTP 403'],
    ['a redirect', 'moved', 'leads elsewhere, which is not followed'],
    ['an answer that is too long', 'large', 'cannot be reached'],
  ] as const)
    it(`fail on ${what}, with nothing of the answer or the token`, async () => {
      await assert.rejects(open(key(name)), (error) => {
        assert.ok(isCapstanError(error));
        assert.ok(error.message.includes(words), error.message);
        assert.ok(![TOKEN, CANARY].some((secret) => `${error.stack ?? ''} ${String(error.cause)}`.includes(secret)));
        return true;
      });
    });

  it('are asked for at http and https addresses alone, within their engine', async () => {
    const before = services.requests.length;
    for (const one of [
      key('a', 'file:///etc/passwd'),
      key('a', 'http://u:p@127.0.0.1'),
      key('..'),
      key('a', services.origin, '../sys'),
    ])
      await assert.rejects(open(one), (error) => isCapstanError(error, 'DECRYPT_NO_KEY'));
    assert.equal(services.requests.length, before);
  });

  it('are not asked for at addresses of this machine, however these are written', async () => {
    const { port } = new URL(services.origin);
    const before = services.requests.length;
    const send = httpSend({ ownMachine: 'refused' });
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0.0.0.0',
      '169.254.169.254',
    ])
      await assert.rejects(openVault(key('good', `http://${host}:${port}`), TOKEN, send, undefined), (error) =>
        isCapstanError(error, 'CLOUD_REFUSED'),
      );
    assert.equal(services.requests.length, before);
  });

  it('are opened after signing in with a token of a service account', async () => {
    const login = { address: services.origin, loginPath: 'auth/kubernetes/login', role: 'apps_deployer', jwt: 'jwt' };
    assert.equal(await vaultLogin(login, httpSend(), undefined), 'vault-token');
    const asked = services.requests.at(-1);
    assert.equal(asked?.url.pathname, '/v1/auth/kubernetes/login');
    assert.deepEqual(JSON.parse(asked?.body ?? ''), { role: 'apps_deployer', jwt: 'jwt' });
    await assert.rejects(
      vaultLogin({ ...login, loginPath: '../sys/seal' }, httpSend(), undefined),
      /at login path '\.\.\/sys\/seal'/,
    );
  });
});
