import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClusterConfig } from '@capstan/kube';
import type { KubernetesObject } from '@capstan/object';
import { declaredCluster } from './cluster-secret.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function secret(fields: Readonly<Record<string, string>>): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'east', namespace: 'argocd' },
    data: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, base64(value)])),
  };
}

const of = (config: object, fields: Readonly<Record<string, string>> = {}, exec = false) =>
  declaredCluster(secret({ server: 'https://east.example:6443/', ...fields, config: JSON.stringify(config) }), {
    exec,
  });

function configOf(declared: ReturnType<typeof of>): ClusterConfig {
  assert.equal(declared.problem, undefined);
  assert.ok(typeof declared.connection === 'object');
  return declared.connection;
}

describe('a Secret that declares a cluster', () => {
  it('names it, and says who may use what of it', () => {
    const declared = declaredCluster(
      secret({
        server: 'https://east.example/',
        name: 'east',
        project: 'shop',
        namespaces: ' a, b,',
        clusterResources: 'true',
        shard: '3',
      }),
      { exec: false },
    );
    assert.equal(declared.server, 'https://east.example');
    assert.equal(declared.name, 'east');
    assert.equal(declared.project, 'shop');
    assert.deepEqual(declared.namespaces, ['a', 'b']);
    assert.equal(declared.clusterResources, true);
  });

  it('gives a token, or a name and a password', async () => {
    const token = configOf(of({ bearerToken: 'abc', tlsClientConfig: { insecure: true, serverName: 'api' } }));
    assert.equal(await token.auth.authorization(), 'Bearer abc');
    assert.deepEqual(token.tls, { insecure: true, serverName: 'api' });
    assert.equal(token.server, 'https://east.example:6443');
    const basic = configOf(of({ username: 'me', password: 'pw' }));
    assert.equal(await basic.auth.authorization(), `Basic ${base64('me:pw')}`);
  });

  it('gives a proxy', () => {
    assert.equal(configOf(of({ proxyUrl: 'http://proxy:3128' })).proxyUrl, 'http://proxy:3128');
    assert.match(of({ proxyUrl: 'socks5://proxy' }).problem ?? '', /unsupported scheme "socks5"/);
  });

  it('names no program, unless the operator lets it', () => {
    const exec = { execProviderConfig: { command: 'steal', apiVersion: 'client.authentication.k8s.io/v1' } };
    assert.match(of(exec).problem ?? '', /names a program \(steal\), which only --allow-cluster-exec/);
    assert.equal(of(exec, {}, true).problem, undefined);
    const aws = { awsAuthConfig: { clusterName: 'prod', roleARN: 'arn:x' } };
    assert.match(of(aws).problem ?? '', /argocd-k8s-auth/);
  });

  it('changes nothing of the local cluster but its name, unless it gives credentials', () => {
    const local = { server: 'https://kubernetes.default.svc', name: 'home' };
    assert.equal(of({ tlsClientConfig: { insecure: false } }, local).connection, undefined);
    const other = of({ bearerToken: 'abc' }, local).connection;
    assert.ok(typeof other === 'function');
  });
});

describe('a Secret that cannot be used', () => {
  for (const [config, words] of [
    ['{"bearerToken": "s3cret', /failed to unmarshal cluster config: it is no JSON/],
    ['[]', /no mapping/],
    ['{"bearerToken": 7}', /bearerToken is no text/],
    ['{"tlsClientConfig": {"caData": "***"}}', /caData is not base64/],
    ['{"tlsClientConfig": {"caData": "czNjcmV0"}}', /no PEM certificate/],
    ['{"tlsClientConfig": {"certData": "eA=="}}', /certData and keyData need each other/],
    ['{"bearerToken": "s3cret", "username": "a"}', /but not both/],
  ] as const)
    it(`says why, without what it holds: ${config}`, () => {
      const declared = declaredCluster(secret({ server: 'https://east.example', config }), { exec: false });
      assert.match(declared.problem ?? '', words);
      assert.match(declared.problem ?? '', /Secret argocd\/east/);
      assert.doesNotMatch(declared.problem ?? '', /s3cret|czNjcmV0/);
    });

  it('has a server that is none', () => {
    assert.match(of({}, { server: 'ftp://x' }).problem ?? '', /no http or https URL/);
    assert.match(of({}, { server: 'https://me:pw@x' }).problem ?? '', /must not carry credentials/);
  });
});
