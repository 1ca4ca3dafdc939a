import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { vaultServices } from './vault.ts';

const TOKEN = 'token-9d2c';
const CANARY = 'canary-77aa';

describe('keys of Vault', () => {
  let server: Server;
  let address: string;
  const seen: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${String(request.headers['x-vault-token'])}`);
      if (request.url?.includes('moved') === true) response.writeHead(307, { location: '/v1/sops/decrypt/good' }).end();
      else if (request.url?.includes('denied') === true) response.writeHead(403).end(CANARY);
      else if (request.url?.includes('large') === true) response.end('x'.repeat(100_000));
      else response.end(JSON.stringify({ data: { plaintext: Buffer.from('key').toString('base64') } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
  });

  const key = (keyName: string, at = address, enginePath = 'sops') =>
    ({ type: 'hc_vault', address: at, enginePath, keyName, enc: 'vault:v1:abc' }) as const;
  const open = (one: ReturnType<typeof key>) => vaultServices(TOKEN)(one, undefined);

  it('open a data key with the token of the Secret', async () => {
    assert.equal(Buffer.from(await open(key('good'))).toString(), 'key');
    assert.deepEqual(seen, [`POST /v1/sops/decrypt/good ${TOKEN}`]);
  });

  for (const [what, name, words] of [
    ['a refusal', 'denied', 'it answered 403'],
    ['a redirect', 'moved', 'it cannot be reached'],
    ['an answer that is too long', 'large', 'it cannot be reached'],
  ] as const)
    it(`fail on ${what}, with nothing of the answer or the token`, async () => {
      await assert.rejects(open(key(name)), (error) => {
        assert.ok(isCapstanError(error, 'DECRYPT_NO_KEY'));
        assert.ok(error.message.includes(words), error.message);
        assert.ok(![TOKEN, CANARY].some((secret) => `${error.stack ?? ''} ${String(error.cause)}`.includes(secret)));
        return true;
      });
    });

  it('are asked for at http and https addresses alone, within their engine', async () => {
    for (const one of [
      key('a', 'file:///etc/passwd'),
      key('a', 'http://u:p@127.0.0.1'),
      key('..'),
      key('a', address, '../sys'),
    ])
      await assert.rejects(open(one), (error) => isCapstanError(error, 'DECRYPT_NO_KEY'));
    const before = seen.length;
    await assert.rejects(open(key('..')));
    assert.equal(seen.length, before);
  });
});
