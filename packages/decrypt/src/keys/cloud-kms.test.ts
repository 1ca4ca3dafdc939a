import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { parseObject } from '@capstan/object';
import { startLocalServices, type LocalServices, type Served, type ServedRequest } from '@capstan/testkit';
import { importKeys, serviceKeys } from '../import-keys.ts';
import type { MasterKey } from '../metadata.ts';
import type { KeyRing } from './key-ring.ts';
import type { ServiceAccess } from './service-access.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/abc';
const ROLE = 'arn:aws:iam::123456789012:role/sops';
const GOOGLE = 'projects/shop/locations/global/keyRings/sops/cryptoKeys/key';
const plain = Buffer.from('data-key').toString('base64');
const kms = { type: 'kms', arn: ARN, role: '', context: {}, enc: 'AQID' } as const;
const azure = {
  type: 'azure_kv',
  vaultUrl: 'https://shop.vault.azure.net',
  name: 'sops',
  version: 'v1',
  enc: 'AQ',
} as const;

function secretOf(data: Readonly<Record<string, string>>) {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  const metadata = { name: 'keys', namespace: 'apps' };
  return parseObject({ apiVersion: 'v1', kind: 'Secret', metadata, data: Object.fromEntries<string>(encoded) }, 'test');
}

describe('data keys that a cloud keeps', () => {
  const running: LocalServices[] = [];
  after(() => Promise.all(running.map((services) => services.close())));

  async function accessTo(
    answer: (request: ServedRequest) => Served,
  ): Promise<{ readonly access: ServiceAccess; readonly services: LocalServices }> {
    const services = await startLocalServices(answer);
    running.push(services);
    const readFile = (): Promise<string> => Promise.reject(new Error('no file is read'));
    const ports = { env: {}, readFile, send: services.send, now: () => NOW };
    return { access: { ports, vaultSend: services.send }, services };
  }

  async function opened(ring: KeyRing, key: MasterKey): Promise<string> {
    return Buffer.from(await ring.dataKey({ groups: [[key]], threshold: 1 })).toString();
  }

  it('are opened by AWS KMS with keys of the Secret, in their context, as the role that they name', async () => {
    const xml =
      '<r><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration></r>';
    const { access, services } = await accessTo(({ url }) =>
      url.hostname.startsWith('sts.') ? { body: xml } : { body: { Plaintext: plain, KeyId: ARN } },
    );
    const secret = secretOf({ 'sops.aws-kms': 'aws_access_key_id: AKID\naws_secret_access_key: s\n' });
    const ring = await importKeys(secret, 'the Secret', access);
    assert.equal(await opened(ring, { ...kms, role: ROLE, context: { app: 'shop' } }), 'data-key');
    const [role, asked] = services.requests;
    assert.match(role?.headers['authorization'] ?? '', /Credential=AKID\/20260102\/eu-central-1\/sts\//);
    assert.equal(new URLSearchParams(role?.body).get('RoleArn'), ROLE);
    assert.equal(asked?.url.href, 'https://kms.eu-central-1.amazonaws.com/');
    assert.equal(asked?.headers['x-amz-target'], 'TrentService.Decrypt');
    assert.match(asked?.headers['authorization'] ?? '', /Credential=ASIA\/20260102\/eu-central-1\/kms\//);
    assert.equal(asked?.headers['x-amz-security-token'], 't');
    assert.deepEqual(JSON.parse(asked?.body ?? ''), {
      KeyId: ARN,
      CiphertextBlob: 'AQID',
      EncryptionContext: { app: 'shop' },
    });
    // An opened key is asked for once.
    await opened(ring, { ...kms, role: ROLE, context: { app: 'shop' } });
    assert.equal(services.requests.length, 2);
  });

  it('are opened by Azure Key Vault with an application of the Secret', async () => {
    const { access, services } = await accessTo(({ url }) =>
      url.hostname.startsWith('login.')
        ? { body: { access_token: 'azure-token', expires_in: 3600 } }
        : { body: { kid: 'k', value: Buffer.from('data-key').toString('base64url') } },
    );
    const file = JSON.stringify({ tenantId: 't', clientId: 'c', clientSecret: 's' });
    const ring = await importKeys(secretOf({ 'sops.azure-kv': file }), 'the Secret', access);
    assert.equal(await opened(ring, azure), 'data-key');
    await opened(ring, { ...azure, enc: 'Ag' });
    const [token, asked] = services.requests;
    assert.equal(new URLSearchParams(token?.body).get('scope'), 'https://vault.azure.net/.default');
    assert.equal(asked?.url.href, 'https://shop.vault.azure.net/keys/sops/v1/decrypt?api-version=7.4');
    assert.equal(asked?.headers['authorization'], 'Bearer azure-token');
    assert.deepEqual(JSON.parse(asked?.body ?? ''), { alg: 'RSA-OAEP-256', value: 'AQ' });
    assert.equal(services.requests.length, 3);
  });

  it('are opened by Google Cloud KMS with a token that is at hand', async () => {
    const { access, services } = await accessTo(() => ({ body: { plaintext: plain } }));
    const google = () => Promise.resolve({ token: 'google-token', expiresAt: NOW + 60_000 });
    const ring = serviceKeys({ ...access, google });
    assert.equal(await opened(ring, { type: 'gcp_kms', name: GOOGLE, enc: 'AQID' }), 'data-key');
    const [asked] = services.requests;
    assert.equal(asked?.url.href, `https://cloudkms.googleapis.com/v1/${GOOGLE}:decrypt`);
    assert.equal(asked?.headers['authorization'], 'Bearer google-token');
    assert.deepEqual(JSON.parse(asked?.body ?? ''), { ciphertext: 'AQID' });
  });

  it('are asked for at no host but the cloud’s, whatever a file says', async () => {
    const { access, services } = await accessTo(() => ({ body: {} }));
    const token = () => Promise.resolve({ token: 'canary', expiresAt: NOW + 60_000 });
    const credentials = () =>
      Promise.resolve({ accessKeyId: 'AKID', secretAccessKey: 'canary', expiresAt: NOW + 60_000 });
    const ring = serviceKeys({ ...access, aws: credentials, azure: token, google: token });
    const hostile: readonly MasterKey[] = [
      { ...azure, vaultUrl: 'https://evil.example' },
      { ...azure, vaultUrl: 'https://evil.example/.vault.azure.net' },
      { ...azure, vaultUrl: 'http://shop.vault.azure.net' },
      { ...azure, vaultUrl: 'https://shop.vault.azure.net:8443' },
      { ...azure, name: '../secrets' },
      { ...azure, version: 'v1?x' },
      { ...kms, arn: 'arn:aws:kms:evil.example/:1:key/a' },
      { ...kms, arn: 'arn:aws:kms:eu-central-1.evil.example#:1:key/a' },
      { ...kms, role: 'canary' },
      { type: 'gcp_kms', name: 'projects/../../evil/locations/a/keyRings/b/cryptoKeys/c', enc: 'A' },
      { type: 'gcp_kms', name: `${GOOGLE}?x=`, enc: 'A' },
    ];
    for (const key of hostile)
      await assert.rejects(opened(ring, key), (error) => {
        assert.ok(isCapstanError(error, 'DECRYPT_NO_KEY'));
        return true;
      });
    assert.equal(services.requests.length, 0);
  });

  it('are opened by nobody without credentials, nor with the machine’s identity unless that is allowed', async () => {
    const { access, services } = await accessTo(() => ({ body: { access_token: 't', expires_in: 60, value: 'AQ' } }));
    for (const key of [kms, azure, { type: 'gcp_kms', name: GOOGLE, enc: 'A' }] as const)
      await assert.rejects(opened(serviceKeys(access), key), /there are no credentials for it/);
    const secret = secretOf({ 'sops.azure-kv': 'clientId: c\n' });
    await assert.rejects(opened(await importKeys(secret, 'the Secret', access), azure), /--ambient-credentials/);
    const machineIdentity = () => Promise.resolve({ token: 'machine', expiresAt: NOW + 60_000 });
    const ring = await importKeys(secret, 'the Secret', { ...access, machineIdentity });
    await opened(ring, azure);
    assert.equal(services.requests.at(-1)?.headers['authorization'], 'Bearer machine');
  });
});
