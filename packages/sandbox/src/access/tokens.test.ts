import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath } from '@capstan/object';
import { ManualClock, startSandbox, type Sandbox } from '../index.ts';
import { play, targetOf, type ReplayAnswer, type ReplayStep } from '../replay/play.ts';
import { ISSUER } from './authenticator.ts';
import { parseToken, signToken } from './jwt.ts';
import { signingKeyOf, type SigningKey } from './signing-key.ts';

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';

describe('tokens of service accounts', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-tokens-'));
  const clock = new ManualClock(new Date('2026-01-01T00:00:00Z'));
  let sandbox: Sandbox;
  let key: SigningKey;

  before(async () => {
    const tokens = [{ token: 'lily-of-the-valley', user: 'lily', groups: ['gardeners'] }];
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false, clock, tokens });
    await ask({ about: '', method: 'POST', path: ACCOUNTS, body: { metadata: { name: 'robot' } } });
    key = await signingKeyOf(stateDir);
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  async function ask(step: ReplayStep): Promise<ReplayAnswer> {
    const [answer] = await play(targetOf(sandbox.kubeconfig), [step]);
    assert.ok(answer);
    return answer;
  }

  /** A token as a request for one is answered. */
  function issue(seconds: number): string {
    const account = sandbox.api.get({ group: '', version: 'v1', resource: 'serviceaccounts' }, 'default', 'robot');
    const uid = account?.metadata['uid'] ?? '';
    const now = Math.floor(clock.now().getTime() / 1000);
    return signToken(key, {
      iss: ISSUER,
      aud: [ISSUER],
      exp: now + seconds,
      nbf: now,
      iat: now,
      sub: 'system:serviceaccount:default:robot',
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid } },
    });
  }

  const statusOf = async (token: string): Promise<number> =>
    (await ask({ about: '', method: 'GET', path: '/version', token })).status;

  it('are good until their time is over', async () => {
    const token = issue(600);
    assert.equal(await statusOf(token), 200);
    clock.advance(601_000);
    assert.equal(await statusOf(token), 200, 'clocks may differ by a minute');
    clock.advance(61_000);
    assert.equal(await statusOf(token), 401);
  });

  it('are not good when another key signed them, or none did', async () => {
    const good = issue(600);
    const claims = parseToken(good)?.claims ?? {};
    assert.equal(await statusOf(good), 200);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.equal(await statusOf(signToken({ id: key.id, privateKey, publicKey }, claims)), 401);
    assert.equal(await statusOf(signToken({ id: '../../dev/null', privateKey, publicKey }, claims)), 401);
    const [, body = '', signature = ''] = good.split('.');
    for (const header of [{ alg: 'none' }, { alg: 'none', kid: key.id }, { alg: 'HS256', kid: key.id }]) {
      const head = Buffer.from(JSON.stringify(header)).toString('base64url');
      assert.equal(await statusOf(`${head}.${body}.${signature}`), 401, JSON.stringify(header));
      assert.equal(await statusOf(`${head}.${body}.`), 401, JSON.stringify(header));
    }
  });

  it('are not good for an account of the same name that came later', async () => {
    const token = issue(600);
    await ask({ about: '', method: 'DELETE', path: `${ACCOUNTS}/robot` });
    assert.equal(await statusOf(token), 401);
    await ask({ about: '', method: 'POST', path: ACCOUNTS, body: { metadata: { name: 'robot' } } });
    assert.equal(await statusOf(token), 401);
  });

  it('stand beside those of named users', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const answer = await ask({ about: '', method: 'POST', path, token: 'lily-of-the-valley', body: {} });
    const user = { username: 'lily', groups: ['gardeners', 'system:authenticated'] };
    assert.deepEqual(getPath(answer.body, 'status', 'userInfo'), user);
    const list = await ask({ about: '', method: 'GET', path: '/api/v1/pods', token: 'lily-of-the-valley' });
    assert.equal(list.status, 403);
  });
});
