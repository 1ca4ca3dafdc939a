import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { KubernetesObject } from '@capstan/object';
import { argoRepository, normalizeArgoUrl } from './argo-secrets.ts';
import { fluxGitCredentials, fluxProxy } from './flux-secret.ts';

function secret(name: string, fields: Record<string, string>, type?: string): KubernetesObject {
  const data = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const labels = type === undefined ? {} : { 'argocd.argoproj.io/secret-type': type };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'argocd', labels }, data };
}
const invalid = (field: RegExp) => (error: unknown) =>
  isCapstanError(error, 'GIT_CREDENTIALS_INVALID') && field.test(error.message) && !error.message.includes('canary');

describe('Flux Secrets', () => {
  it('hold a user and password, a token, a CA and a client certificate', () => {
    const fields = { username: 'u', password: 'p', 'ca.crt': 'CA', caFile: 'old', 'tls.crt': 'C', 'tls.key': 'K' };
    assert.deepEqual(fluxGitCredentials(secret('s', fields), 'https://git.example/r'), {
      basic: { username: 'u', password: 'p' },
      tls: { ca: 'CA', certificate: 'C', key: 'K' },
    });
    assert.deepEqual(
      fluxGitCredentials(secret('s', { ...fields, bearerToken: 't' }), 'https://git.example/r').bearerToken,
      't',
    );
    assert.deepEqual(fluxGitCredentials(secret('s', {}), 'https://git.example/r'), {});
  });

  it('hold a key and known hosts for ssh, and must', () => {
    const fields = { identity: 'KEY', known_hosts: 'H', password: 'pass', username: 'ignored' };
    assert.deepEqual(fluxGitCredentials(secret('s', fields), 'ssh://git@git.example/r'), {
      ssh: { privateKey: 'KEY', knownHosts: 'H', password: 'pass' },
    });
    assert.throws(
      () => fluxGitCredentials(secret('s', { identity: 'canary' }), 'ssh://git@h/r'),
      invalid(/known_hosts/),
    );
    assert.throws(
      () => fluxGitCredentials(secret('s', { known_hosts: 'canary' }), 'ssh://git@h/r'),
      invalid(/identity/),
    );
  });

  it('are refused without showing a value', () => {
    const url = 'https://git.example/r';
    assert.throws(() => fluxGitCredentials(secret('s', { password: 'canary' }), url), invalid(/username/));
    assert.throws(
      () => fluxGitCredentials(secret('s', { githubAppID: 'canary' }), url),
      invalid(/'githubAppPrivateKey' not found/),
    );
    assert.throws(() => fluxGitCredentials(secret('s', { 'tls.crt': 'canary' }), url), invalid(/tls\.key/));
    const broken = { ...secret('s', {}), data: { username: '!canary!' } };
    assert.throws(() => fluxGitCredentials(broken, url), invalid(/username is not base64/));
  });

  it('name a proxy', () => {
    assert.equal(
      fluxProxy(secret('p', { address: 'http://p:8080', username: 'u', password: 'a@b' })),
      'http://u:a%40b@p:8080/',
    );
    assert.throws(() => fluxProxy(secret('p', { address: 'file:///x' })), invalid(/socks5/));
  });
});

describe('Argo CD Secrets', () => {
  const url = 'https://git.example/Team/App.git';

  it('compare URLs without case and .git, and scp-like ones with ssh', () => {
    assert.equal(normalizeArgoUrl(url), 'https://git.example/team/app');
    assert.equal(normalizeArgoUrl('git@git.example:team/app.git'), normalizeArgoUrl('ssh://git@git.example/team/app'));
    assert.equal(normalizeArgoUrl('https://git.example/%zz'), '');
  });

  it('take the repository of the project, else the one of none', () => {
    const secrets = [
      secret('all', { url, username: 'all', password: 'p' }, 'repository'),
      secret('mine', { url, username: 'mine', password: 'p', project: 'team' }, 'repository'),
      secret('plain', { url, username: 'plain', password: 'p', project: 'team' }),
    ];
    assert.equal(argoRepository({ secrets }, url, 'team').secret, 'mine');
    assert.equal(argoRepository({ secrets }, url, 'other').credentials?.basic?.username, 'all');
    assert.deepEqual(argoRepository({ secrets }, 'https://git.example/x', 'team'), { project: '' });
  });

  it('fall back to the template with the longest prefix when the repository has no credentials', () => {
    const secrets = [
      secret('host', { url: 'https://git.example', password: 'short' }, 'repo-creds'),
      secret(
        'team',
        { url: 'https://git.example/team', username: 'u', password: 'long', forceHttpBasicAuth: 'true' },
        'repo-creds',
      ),
      secret('other', { url: 'https://git.example/team/application', password: 'other' }, 'repo-creds'),
      secret('app', { url, insecure: 'true' }, 'repository'),
    ];
    assert.deepEqual(argoRepository({ secrets }, url, 'p').credentials, {
      basic: { username: 'u', password: 'long', preemptive: true },
      tls: { insecure: true },
    });
    const other = argoRepository({ secrets }, 'https://git.example/x', 'p');
    assert.deepEqual(other.credentials?.basic, { username: 'x-access-token', password: 'short' });
  });

  it('give ssh keys the known hosts of the installation, and https hosts their certificates', () => {
    const secrets = [
      secret('s', { url: 'git@git.example:a/b', sshPrivateKey: 'K' }, 'repository'),
      secret('h', { url }, 'repository'),
    ];
    const sources = { secrets, knownHosts: 'H', certificates: { 'git.example': 'PEM' } };
    assert.deepEqual(argoRepository(sources, 'git@git.example:a/b.git', '').credentials, {
      ssh: { privateKey: 'K', knownHosts: 'H' },
    });
    assert.deepEqual(argoRepository(sources, url, '').credentials, { tls: { ca: 'PEM' } });
  });

  it('are refused by name when they are of a kind that is not supported', () => {
    for (const field of ['gcpServiceAccountKey', 'azureServicePrincipalClientSecret']) {
      const secrets = [secret('s', { url, [field]: 'canary' }, 'repository')];
      assert.throws(() => argoRepository({ secrets }, url, ''), invalid(new RegExp(field)));
    }
  });

  it('name a GitHub App, whose installation may be left out', () => {
    const app = { url, githubAppID: '7', githubAppPrivateKey: 'KEY', githubAppInstallationID: '9' };
    assert.deepEqual(argoRepository({ secrets: [secret('s', app, 'repository')] }, url, '').credentials, {
      githubApp: { appId: '7', privateKey: 'KEY', installationId: '9' },
    });
    const own = { ...app, githubAppInstallationID: '', githubAppEnterpriseBaseUrl: 'https://ghe.example/api/v3' };
    assert.deepEqual(argoRepository({ secrets: [secret('s', own, 'repo-creds')] }, url, '').credentials, {
      githubApp: { appId: '7', privateKey: 'KEY', baseUrl: 'https://ghe.example/api/v3' },
    });
    const bad = secret('s', { ...app, githubAppID: 'canary' }, 'repository');
    assert.throws(() => argoRepository({ secrets: [bad] }, url, ''), invalid(/githubAppID is no number/));
  });

  it('send a name and password unasked only where both are there', () => {
    const forced = { url, forceHttpBasicAuth: 'true', bearerToken: 'T' };
    const of = (fields: Record<string, string>) =>
      argoRepository({ secrets: [secret('s', fields, 'repository')] }, url, '').credentials;
    assert.deepEqual(of(forced), { bearerToken: 'T' });
    assert.deepEqual(of({ ...forced, username: 'u', password: 'p' }), {
      basic: { username: 'u', password: 'p', preemptive: true },
    });
  });

  it('name no proxy for SSH', () => {
    const ssh = 'git@git.example:a/b';
    const secrets = [secret('s', { url: ssh, sshPrivateKey: 'K', proxy: 'socks5://proxy' }, 'repository')];
    assert.throws(() => argoRepository({ secrets }, ssh, ''), invalid(/proxy for SSH/));
  });
});
