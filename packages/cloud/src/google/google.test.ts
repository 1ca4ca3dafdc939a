import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { startLocalServices, type LocalServices, type Served, type ServedRequest } from '@capstan/testkit';
import type { CloudPorts } from '../cloud-ports.ts';
import { CloudTokens } from '../cloud-tokens.ts';
import { clusterPlace, clusterToken } from '../cluster-access.ts';
import type { ServiceAccountIdentity } from '../identity.ts';
import { parseGoogleCredentials } from './google-token.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const PROVIDER = 'projects/123/locations/global/workloadIdentityPools/pool/providers/east';
const CLUSTER = 'projects/shop/locations/europe-west1/clusters/east';
const token = { body: { access_token: 'google-token', expires_in: 3600, token_type: 'Bearer' } };

const account: ServiceAccountIdentity = {
  kind: 'service-account',
  namespace: 'apps',
  name: 'deployer',
  annotations: { 'gcp.auth.fluxcd.io/workload-identity-provider': PROVIDER },
  tokenFor: (audiences) => Promise.resolve(`token for ${audiences.join(' ')}`),
};

describe('who we are to Google Cloud', () => {
  const running: LocalServices[] = [];
  after(() => Promise.all(running.map((services) => services.close())));

  async function tokensWith(
    answer: (request: ServedRequest) => Served,
    env: CloudPorts['env'] = {},
    file = '',
  ): Promise<{ readonly tokens: CloudTokens; readonly services: LocalServices }> {
    const services = await startLocalServices(answer);
    running.push(services);
    const readFile = (): Promise<string> => Promise.resolve(file);
    return { tokens: new CloudTokens({ env, readFile, send: services.send, now: () => NOW }), services };
  }

  const fieldsOf = (request: ServedRequest | undefined): Record<string, string> =>
    Object.fromEntries(new URLSearchParams(request?.body));

  it('is a service account of Kubernetes that a provider trusts', async () => {
    const { tokens, services } = await tokensWith(() => token);
    assert.deepEqual(await tokens.google(account), { token: 'google-token', expiresAt: NOW + 3_600_000 });
    assert.equal(services.requests[0]?.url.href, 'https://sts.googleapis.com/v1/token');
    const fields = fieldsOf(services.requests[0]);
    assert.equal(fields['audience'], `//iam.googleapis.com/${PROVIDER}`);
    assert.equal(fields['subject_token'], `token for //iam.googleapis.com/${PROVIDER}`);
    assert.equal(fields['grant_type'], 'urn:ietf:params:oauth:grant-type:token-exchange');
  });

  it('is, in GKE, the Google account that the service account names', async () => {
    const answers: Readonly<Record<string, Served>> = {
      '/computeMetadata/v1/project/project-id': { body: 'shop' },
      '/computeMetadata/v1/instance/attributes/cluster-location': { body: 'europe-west1' },
      '/computeMetadata/v1/instance/attributes/cluster-name': { body: 'home' },
      '/v1/token': token,
      '/v1/projects/-/serviceAccounts/sa@shop.iam.gserviceaccount.com:generateAccessToken': {
        body: { accessToken: 'as-sa', expireTime: '2026-01-02T04:04:05Z' },
      },
    };
    const { tokens, services } = await tokensWith(({ url }) => answers[url.pathname] ?? { status: 404, body: '' });
    const annotations = { 'iam.gke.io/gcp-service-account': 'sa@shop.iam.gserviceaccount.com' };
    assert.equal((await tokens.google({ ...account, annotations })).token, 'as-sa');
    const exchange = fieldsOf(services.requests.find(({ url }) => url.pathname === '/v1/token'));
    assert.equal(exchange['subject_token'], 'token for shop.svc.id.goog');
    assert.equal(
      exchange['audience'],
      'identitynamespace:shop.svc.id.goog:https://container.googleapis.com/v1/projects/shop/locations/europe-west1/clusters/home',
    );
    assert.equal(services.requests.at(-1)?.headers['authorization'], 'Bearer google-token');
    const evil = { ...account.annotations, 'iam.gke.io/gcp-service-account': 'x/../../evil' };
    await assert.rejects(tokens.google({ ...account, annotations: evil }), /gcp-service-account of .* must match/);
  });

  it('is a service account’s key, whose assertion it has signed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const file = JSON.stringify({
      type: 'service_account',
      client_email: 'sa@shop.iam.gserviceaccount.com',
      private_key_id: 'k1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: 'https://oauth2.googleapis.com/token',
    });
    const { tokens, services } = await tokensWith(() => token, { GOOGLE_APPLICATION_CREDENTIALS: '/key.json' }, file);
    await tokens.google({ kind: 'ambient' });
    assert.equal(services.requests[0]?.url.href, 'https://oauth2.googleapis.com/token');
    const [header = '', claims = '', signature = ''] = (fieldsOf(services.requests[0])['assertion'] ?? '').split('.');
    assert.match(Buffer.from(header, 'base64url').toString(), /"kid":"k1".*"alg":"RS256"/);
    assert.match(Buffer.from(claims, 'base64url').toString(), /"iss":"sa@shop\.iam\.gserviceaccount\.com"/);
    const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
    assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')));
  });

  it('is, for this process, the identity of its machine', async () => {
    const { tokens, services } = await tokensWith(() => token);
    await tokens.google({ kind: 'ambient' });
    const [asked] = services.requests;
    assert.equal(
      asked?.url.href,
      'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token',
    );
    assert.equal(asked?.headers['metadata-flavor'], 'Google');
  });

  it('is read out of no file that would have us read files, run programs or ask strangers', () => {
    const key = { client_email: 'a', private_key: 'b' };
    for (const [file, words] of [
      [{ type: 'external_account', credential_source: { file: '/etc/passwd' } }, /neither service_account nor/],
      [
        { type: 'external_account', credential_source: { executable: { command: 'id' } } },
        /neither service_account nor/,
      ],
      [{ type: 'service_account', ...key, token_uri: 'http://169.254.169.254/' }, /token_uri is not Google’s/],
      [{ type: 'service_account', ...key, token_uri: 'https://oauth2.googleapis.com.evil/token' }, /token_uri/],
      [{ type: 'service_account' }, /they have no client_email/],
      ['nonsense', /neither service_account nor/],
    ] as const)
      assert.throws(() => parseGoogleCredentials(JSON.stringify(file)), words);
    assert.throws(() => parseGoogleCredentials('{'), /they are no JSON/);
  });

  it('opens a cluster of GKE', async () => {
    const ca = Buffer.from('PEM').toString('base64');
    const { tokens, services } = await tokensWith(({ url }) =>
      url.hostname === 'container.googleapis.com'
        ? { body: { endpoint: '203.0.113.7', masterAuth: { clusterCaCertificate: ca } } }
        : token,
    );
    const described = { provider: 'gcp', cluster: CLUSTER, address: '', ca: '', audiences: [] } as const;
    assert.deepEqual(await clusterPlace(tokens, described, account), { server: 'https://203.0.113.7:443', ca: 'PEM' });
    assert.equal(services.requests.at(-1)?.url.pathname, `/v1/${CLUSTER}`);
    assert.equal((await clusterToken(tokens, described, account)).token, 'google-token');
    for (const cluster of ['east', 'projects/../locations/a/clusters/b', `${CLUSTER}?x`])
      await assert.rejects(clusterPlace(tokens, { ...described, cluster }, account), /invalid GKE cluster ID/);
  });
});
