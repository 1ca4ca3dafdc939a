import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getPath, type JsonValue } from '@capstan/object';
import * as x509 from '@peculiar/x509';
import { startSandbox, type Sandbox } from '../index.ts';
import { targetOf } from '../replay/play.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Pair {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function authority(name: string): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const extensions = [new x509.BasicConstraintsExtension(true, 0, true)];
  const options = { serialNumber: '01', name: `CN=${name}`, signingAlgorithm: ALGORITHM, keys, extensions };
  return { certificate: await x509.X509CertificateGenerator.createSelfSigned(options), keys };
}

async function client(ca: Pair, subject: string): Promise<{ readonly cert: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject,
    issuer: ca.certificate.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
  return { cert: certificate.toString('pem'), key: pem };
}

describe('client certificates', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sandbox-certificates-'));
  let sandbox: Sandbox;
  let trusted: Pair;
  before(async () => {
    trusted = await authority('clients');
    const clientCa = trusted.certificate.toString('pem');
    sandbox = await startSandbox({ stateDir, port: 0, simulation: false, clientCa });
  });
  after(async () => {
    await sandbox.close();
    rmSync(stateDir, { recursive: true });
  });

  function whoAmI(pair: { cert: string; key: string } | undefined, token?: string): Promise<JsonValue> {
    const { url, ca } = targetOf(sandbox.kubeconfig);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { 'content-type': 'application/json', ...authorization };
    const options = { method: 'POST', ca, agent: false, headers, ...pair };
    return new Promise((resolve, reject) => {
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const sent = request(`${url}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text) as JsonValue));
      });
      sent.on('error', reject);
      sent.end('{}');
    });
  }

  it('name the user and their groups', async () => {
    const answer = await whoAmI(await client(trusted, 'CN=jane, O=ops, O=dev'));
    const info = getPath(answer, 'status', 'userInfo');
    assert.equal(getPath(info, 'username'), 'jane');
    assert.deepEqual(getPath(info, 'groups'), ['ops', 'dev', 'system:authenticated']);
  });

  it('count before a token', async () => {
    const { token } = targetOf(sandbox.kubeconfig);
    const answer = await whoAmI(await client(trusted, 'CN=jane'), token);
    assert.equal(getPath(answer, 'status', 'userInfo', 'username'), 'jane');
  });

  it('of another authority are refused, unless a token is shown as well', async () => {
    const pair = await client(await authority('strangers'), 'CN=mallory, O=system:masters');
    assert.equal(getPath(await whoAmI(pair), 'code'), 401);
    const { token } = targetOf(sandbox.kubeconfig);
    assert.equal(getPath(await whoAmI(pair, token), 'status', 'userInfo', 'username'), 'admin');
  });

  it('need not be shown', async () => {
    assert.equal(getPath(await whoAmI(undefined), 'code'), 403);
  });
});
