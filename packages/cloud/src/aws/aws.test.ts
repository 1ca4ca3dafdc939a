import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { startLocalServices, type LocalServices, type Served, type ServedRequest } from '@capstan/testkit';
import type { CloudPorts } from '../cloud-ports.ts';
import { CloudTokens } from '../cloud-tokens.ts';
import { clusterPlace, clusterToken } from '../cluster-access.ts';
import { gitAccess } from '../git-access.ts';
import type { ServiceAccountIdentity } from '../identity.ts';
import { awsEndpoint } from './aws-endpoint.ts';
import { codeCommitLogin } from './code-commit.ts';
import { signAwsRequest } from './sign-request.ts';

const NOW = Date.parse('2015-08-30T12:36:00Z');
const EXPIRES = '2015-08-30T13:36:00Z';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, expiresAt: Number.POSITIVE_INFINITY };
const CLUSTER = 'arn:aws:eks:eu-central-1:123456789012:cluster/east';

const account: ServiceAccountIdentity = {
  kind: 'service-account',
  namespace: 'apps',
  name: 'deployer',
  annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/deployer' },
  tokenFor: (audiences) => Promise.resolve(`token for ${audiences.join(' ')}`),
};

const assumed = (kind: string): string =>
  `<${kind}Response><${kind}Result><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s3cret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${EXPIRES}</Expiration></Credentials></${kind}Result></${kind}Response>`;

/** As git-remote-codecommit makes it. */
function codeCommitSignature(secret: string, path: string): string {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const canonical = `GIT\n${path}\n\nhost:git-codecommit.eu-central-1.amazonaws.com\n\nhost\n`;
  const scope = '20150830/eu-central-1/codecommit/aws4_request';
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, `AWS4-HMAC-SHA256\n20150830T123600\n${scope}\n${digest}`).toString('hex');
}

describe('who we are to AWS', () => {
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

  it('is proven by the signature of the suite that AWS publishes', async () => {
    const request = { method: 'GET', url: 'https://example.amazonaws.com/', headers: {} } as const;
    const signing = { service: 'service', region: 'us-east-1', credentials: keys };
    const signed = await signAwsRequest({ now: () => NOW }, request, signing);
    // aws-sig-v4-test-suite, get-vanilla
    assert.match(
      signed.headers['authorization'] ?? '',
      /Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31$/,
    );
  });

  it('is a role for a service account, taken with its token, and taken once', async () => {
    const { tokens, services } = await tokensWith(() => ({ body: assumed('AssumeRoleWithWebIdentity') }));
    const both = await Promise.all([tokens.aws(account, 'eu-central-1'), tokens.aws(account, 'eu-central-1')]);
    assert.equal(both[0].accessKeyId, 'ASIAROLE');
    await tokens.aws(account, 'eu-central-1');
    assert.equal(services.requests.length, 1);
    const [asked] = services.requests;
    assert.equal(asked?.url.href, 'https://sts.eu-central-1.amazonaws.com/');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.body)), {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::123456789012:role/deployer',
      RoleSessionName: 'deployer.apps.eu-central-1.fluxcd.io',
      WebIdentityToken: 'token for sts.amazonaws.com',
    });
  });

  it('is refused by name, with the code that AWS gives and nothing else of the answer', async () => {
    const body = '<Error><Code>AccessDenied</Code><Message>canary</Message></Error>';
    const { tokens } = await tokensWith(() => ({ status: 403, body }));
    await assert.rejects(tokens.aws(account, 'eu-central-1'), (error) => {
      assert.ok(isCapstanError(error, 'CLOUD_REFUSED'));
      assert.match(error.message, /AssumeRoleWithWebIdentity for arn:.*: HTTP 403 \(AccessDenied\)$/);
      return true;
    });
    const bare = { ...account, annotations: {} };
    await assert.rejects(tokens.aws(bare, 'eu-central-1'), /eks\.amazonaws\.com\/role-arn .* is missing/);
  });

  for (const [what, env, urls] of [
    ['keys of the environment', { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'x' }, []],
    [
      'a role for its own token',
      { AWS_ROLE_ARN: 'arn:aws:iam::1:role/own', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' },
      ['https://sts.us-east-1.amazonaws.com/'],
    ],
    [
      'what its container is given',
      {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/pod-token',
      },
      ['http://169.254.170.23/v1/credentials'],
    ],
    [
      'what its machine is given',
      {},
      [
        'http://169.254.169.254/latest/api/token',
        'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
        'http://169.254.169.254/latest/meta-data/iam/security-credentials/node-role',
      ],
    ],
  ] as const)
    it(`is, for this process, ${what}`, async () => {
      const { tokens, services } = await tokensWith(({ url }) => {
        if (url.hostname.startsWith('sts.')) return { body: assumed('AssumeRoleWithWebIdentity') };
        if (url.pathname.endsWith('/token')) return { body: 'imds-token' };
        if (url.pathname.endsWith('/security-credentials/')) return { body: 'node-role' };
        return { body: { AccessKeyId: 'ASIA', SecretAccessKey: 'x', Token: 't', Expiration: EXPIRES } };
      }, env);
      assert.match((await tokens.aws({ kind: 'ambient' }, 'us-east-1')).accessKeyId, /^A[KS]I/);
      assert.deepEqual(
        services.requests.map(({ url }) => url.href),
        urls,
      );
      if (what.includes('container'))
        assert.equal(services.requests[0]?.headers['authorization'], 'content of /pod-token');
    });

  it('goes to no host but AWS’s: a region comes from content', () => {
    assert.equal(awsEndpoint({ env: {} }, 'kms', 'cn-north-1'), 'https://kms.cn-north-1.amazonaws.com.cn');
    assert.equal(
      awsEndpoint({ env: { AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1/' } }, 'kms', 'eu-west-1'),
      'http://127.0.0.1:1',
    );
    for (const region of ['evil.example/', 'a#', 'eu-west-1.evil', '', '..'])
      assert.throws(() => awsEndpoint({ env: {} }, 'kms', region), /is no region of AWS/);
  });

  it('opens a cluster of EKS, which is described as far as it must be', async () => {
    const ca = Buffer.from('PEM').toString('base64');
    const { tokens, services } = await tokensWith(({ url }) =>
      url.hostname.startsWith('sts.')
        ? { body: assumed('AssumeRoleWithWebIdentity') }
        : { body: { cluster: { endpoint: 'https://EAST.eks.example', certificateAuthority: { data: ca } } } },
    );
    const described = { provider: 'aws', cluster: CLUSTER, address: '', ca: '', audiences: [] } as const;
    const place = await clusterPlace(tokens, described, account);
    assert.deepEqual(place, { server: 'https://east.eks.example:443', ca: 'PEM' });
    const { token, expiresAt } = await clusterToken(tokens, described, account);
    assert.equal(expiresAt, NOW + 900_000);
    const presigned = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
    assert.equal(presigned.origin, 'https://sts.eu-central-1.amazonaws.com');
    assert.equal(presigned.searchParams.get('Action'), 'GetCallerIdentity');
    assert.equal(presigned.searchParams.get('X-Amz-SignedHeaders'), 'host;x-k8s-aws-id');
    assert.equal(presigned.searchParams.get('X-Amz-Expires'), '900');
    assert.equal(presigned.searchParams.get('X-Amz-Security-Token'), 'session');
    const asked = services.requests.length;
    const whole = { ...described, address: 'https://east', ca: 'own' };
    assert.deepEqual(await clusterPlace(tokens, whole, account), { server: 'https://east:443', ca: 'own' });
    assert.equal(services.requests.length, asked);
    await assert.rejects(clusterPlace(tokens, { ...described, cluster: 'east' }, account), /invalid EKS cluster ARN/);
  });

  it('opens a repository of CodeCommit with a signature over its URL', async () => {
    const url = 'https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop';
    const { tokens } = await tokensWith(() => ({ body: assumed('AssumeRoleWithWebIdentity') }));
    const access = await gitAccess(tokens, 'aws', url, account);
    assert.ok(access.kind === 'basic');
    assert.equal(access.username, 'ASIAROLE%session');
    assert.equal(access.password, `20150830T123600Z${codeCommitSignature('s3cret', '/v1/repos/shop')}`);
    assert.equal(access.expiresAt, NOW + 900_000);
    const other = await codeCommitLogin({ now: () => NOW }, `${url}s`, keys);
    assert.equal(other.username, 'AKIDEXAMPLE');
    assert.notEqual(other.password, access.password);
    for (const bad of ['http://git-codecommit.eu-central-1.amazonaws.com/v1/repos/a', 'https://evil.example/a'])
      await assert.rejects(gitAccess(tokens, 'aws', bad, account), /CodeCommit/);
  });
});
