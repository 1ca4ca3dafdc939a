import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, verify, constants } from 'node:crypto';
import { after, describe, it } from 'node:test';
import {
  startLocalServices,
  testCertificates,
  type LocalServices,
  type Served,
  type ServedRequest,
} from '@capstan/testkit';
import type { CloudPorts } from '../cloud-ports.ts';
import { CloudTokens } from '../cloud-tokens.ts';
import { clusterPlace, clusterToken } from '../cluster-access.ts';
import { gitAccess } from '../git-access.ts';
import type { ServiceAccountIdentity } from '../identity.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const TENANT = '00000000-1111-2222-3333-444444444444';
const CLIENT = '55555555-6666-7777-8888-999999999999';
const SCOPE = 'https://vault.azure.net/.default';
const CLUSTER = `/subscriptions/${TENANT}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/east`;
const token = { body: { access_token: 'azure-token', expires_in: 3600, token_type: 'Bearer' } };

const account: ServiceAccountIdentity = {
  kind: 'service-account',
  namespace: 'apps',
  name: 'deployer',
  annotations: { 'azure.workload.identity/tenant-id': TENANT, 'azure.workload.identity/client-id': CLIENT },
  tokenFor: (audiences) => Promise.resolve(`token for ${audiences.join(' ')}`),
};

describe('who we are to Azure', () => {
  const running: LocalServices[] = [];
  after(() => Promise.all(running.map((services) => services.close())));

  async function tokensWith(
    answer: (request: ServedRequest) => Served,
    env: CloudPorts['env'] = {},
  ): Promise<{ readonly tokens: CloudTokens; readonly services: LocalServices }> {
    const services = await startLocalServices(answer);
    running.push(services);
    const readFile = (path: string): Promise<string> => Promise.resolve(`content of ${path}\n`);
    return { tokens: new CloudTokens({ env, readFile, send: services.send, now: () => NOW }), services };
  }

  const fieldsOf = (request: ServedRequest | undefined): Record<string, string> =>
    Object.fromEntries(new URLSearchParams(request?.body));

  it('is an application that trusts a service account of Kubernetes', async () => {
    const { tokens, services } = await tokensWith(() => token);
    const got = await tokens.azure(account, SCOPE);
    assert.deepEqual(got, { token: 'azure-token', expiresAt: NOW + 3_600_000 });
    assert.equal(services.requests[0]?.url.href, `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`);
    assert.deepEqual(fieldsOf(services.requests[0]), {
      grant_type: 'client_credentials',
      client_id: CLIENT,
      scope: SCOPE,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'token for api://AzureADTokenExchange',
    });
    const odd = { ...account, annotations: { ...account.annotations, 'azure.workload.identity/tenant-id': '../x' } };
    await assert.rejects(tokens.azure(odd, SCOPE), /the tenant ID of an Azure application is not valid/);
    await assert.rejects(tokens.azure({ ...account, annotations: {} }, SCOPE), /tenant-id of .* is missing/);
  });

  it('is an application with a certificate, whose assertion its key has signed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { tokens, services } = await tokensWith(() => token);
    const { cert: certificate } = await testCertificates();
    const pem = `${certificate}${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`;
    const proof = { kind: 'certificate', pem, password: '' } as const;
    await tokens.azureApplication({ tenantId: TENANT, clientId: CLIENT, proof }, SCOPE);
    const [header = '', claims = '', signature = ''] = (fieldsOf(services.requests[0])['client_assertion'] ?? '').split(
      '.',
    );
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const der = Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    assert.equal(read(header)['x5t#S256'], createHash('sha256').update(der).digest('base64url'));
    assert.equal(read(claims)['aud'], `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`);
    const key = {
      key: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
      padding: constants.RSA_PKCS1_PSS_PADDING,
    };
    assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')));
  });

  it('is told to no sign-in server but Azure’s', async () => {
    const { tokens, services } = await tokensWith(() => token);
    const proof = { kind: 'secret', secret: 'canary' } as const;
    for (const authorityHost of [
      'https://evil.example',
      'http://login.microsoftonline.com',
      'https://login.microsoftonline.com:8443',
      'nonsense',
    ])
      await assert.rejects(
        tokens.azureApplication({ tenantId: TENANT, clientId: CLIENT, proof, authorityHost }, SCOPE),
        /authorityHost is none of Azure’s sign-in servers/,
      );
    assert.equal(services.requests.length, 0);
    const china = 'https://login.chinacloudapi.cn/';
    await tokens.azureApplication({ tenantId: TENANT, clientId: CLIENT, proof, authorityHost: china }, SCOPE);
    assert.equal(services.requests[0]?.url.hostname, 'login.chinacloudapi.cn');
  });

  for (const [what, env, wanted] of [
    [
      'an application of the environment',
      { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 's' },
      `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
    ],
    [
      'its workload identity',
      { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_FEDERATED_TOKEN_FILE: '/token' },
      `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
    ],
    [
      'the identity of its machine',
      { AZURE_CLIENT_ID: CLIENT },
      `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net&client_id=${CLIENT}`,
    ],
  ] as const)
    it(`is, for this process, ${what}`, async () => {
      const { tokens, services } = await tokensWith(() => ({ body: { access_token: 't', expires_in: '60' } }), env);
      await tokens.azure({ kind: 'ambient' }, SCOPE);
      assert.deepEqual(
        services.requests.map(({ url }) => url.href),
        [wanted],
      );
    });

  it('opens a cluster of AKS, the address that is wanted among its own', async () => {
    const kubeconfig = (server: string): string => {
      const ca = Buffer.from(`CA of ${server}`).toString('base64');
      return Buffer.from(
        `clusters: [{name: c, cluster: {server: '${server}', certificate-authority-data: ${ca}}}]\nusers: [{name: u, user: {exec: {command: kubelogin}}}]\n`,
      ).toString('base64');
    };
    const { tokens, services } = await tokensWith(({ url }) => {
      if (url.hostname.startsWith('login.')) return token;
      if (url.pathname.endsWith('/listClusterUserCredential'))
        return { body: { kubeconfigs: ['https://one:443', 'https://TWO'].map((at) => ({ value: kubeconfig(at) })) } };
      return { body: { properties: { aadProfile: { managed: true } } } };
    });
    const described = { provider: 'azure', cluster: CLUSTER, address: '', ca: '', audiences: [] } as const;
    assert.deepEqual(await clusterPlace(tokens, described, account), {
      server: 'https://one:443',
      ca: 'CA of https://one:443',
    });
    const second = await clusterPlace(tokens, { ...described, address: 'two:443' }, account);
    assert.deepEqual(second, { server: 'https://two:443', ca: 'CA of https://TWO' });
    await assert.rejects(
      clusterPlace(tokens, { ...described, address: 'three' }, account),
      /matching the specified address 'three'. cluster addresses: \['https:\/\/one:443', 'https:\/\/TWO'\]/,
    );
    assert.equal((await clusterToken(tokens, described, account)).token, 'azure-token');
    const scopes = services.requests
      .filter(({ url }) => url.hostname.startsWith('login.'))
      .map((one) => fieldsOf(one)['scope']);
    assert.deepEqual(scopes, [
      'https://management.core.windows.net/.default',
      '6dae42f8-4368-4678-94ff-3960e28e3630/.default',
    ]);
    for (const cluster of ['east', `${CLUSTER}/../x`, `${CLUSTER}?a=b`])
      await assert.rejects(clusterPlace(tokens, { ...described, cluster }, account), /invalid AKS cluster ID/);
  });

  it('opens no cluster without Microsoft Entra ID', async () => {
    const { tokens } = await tokensWith(({ url }) =>
      url.hostname.startsWith('login.') ? token : { body: { properties: {} } },
    );
    const described = { provider: 'azure', cluster: CLUSTER, address: '', ca: '', audiences: [] } as const;
    await assert.rejects(
      clusterPlace(tokens, described, account),
      /does not have Microsoft Entra ID integration enabled/,
    );
  });

  it('opens a repository of Azure DevOps', async () => {
    const { tokens, services } = await tokensWith(() => token);
    const access = await gitAccess(tokens, 'azure', 'https://dev.azure.com/org/project/_git/repo', account);
    assert.deepEqual(access, { kind: 'bearer', token: 'azure-token', expiresAt: NOW + 3_600_000 });
    assert.equal(fieldsOf(services.requests[0])['scope'], '499b84ac-1321-427f-aa17-267ca6975798/.default');
    for (const url of [
      'https://evil.example/repo',
      'http://dev.azure.com/repo',
      'https://dev.azure.com.evil.example/repo',
    ])
      await assert.rejects(gitAccess(tokens, 'azure', url, { kind: 'ambient' }), /is shown to Azure DevOps alone/);
    assert.equal(services.requests.length, 1);
  });
});
