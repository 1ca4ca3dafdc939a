import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isCapstanError, messageOf, type ErrorCode } from '@capstan/errors';
import { execAuth, tokenFileAuth } from './cluster-auth.ts';
import { inClusterConfig } from './in-cluster.ts';
import { kubeconfigFromText, loadKubeconfig } from './load-kubeconfig.ts';
import { operatorKubeconfig } from './resolve-cluster.ts';

const failsWith =
  (code: ErrorCode, text: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(isCapstanError(error, code), messageOf(error));
    assert.match(error.message, text);
    assert.doesNotMatch(messageOf(error), /canary/);
    return true;
  };

/** A kubeconfig with one context of a cluster and a user. */
function kubeconfig(user: string, cluster = ''): string {
  return `
apiVersion: v1
kind: Config
current-context: main
contexts:
  - name: main
    context: {cluster: c, user: u, namespace: shop}
clusters:
  - name: c
    cluster: {server: 'https://cluster.example:6443/prefix/'${cluster}}
users:
  - name: u
    user: {${user}}
`;
}

describe('a kubeconfig', () => {
  let folder: string;
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'capstan-kubeconfig-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('gives the server, namespace and token of its current context', async () => {
    const config = await kubeconfigFromText(kubeconfig('token: t'), 'Secret shop/remote');
    assert.equal(config.server, 'https://cluster.example:6443/prefix');
    assert.equal(config.namespace, 'shop');
    assert.equal(await config.auth.authorization(), 'Bearer t');
  });

  it('takes a user name and password, and whom to act as', async () => {
    const text = kubeconfig("username: ada, password: 'p:ü', as: bob, as-groups: [g]");
    const { auth } = await kubeconfigFromText(text, 'x');
    assert.equal(await auth.authorization(), `Basic ${Buffer.from('ada:p:ü').toString('base64')}`);
    assert.deepEqual(auth.impersonate, { user: 'bob', groups: ['g'] });
  });

  it('from others may name no file, no program, and no unchecked TLS', async () => {
    const rows: readonly (readonly [string, string])[] = [
      ['tokenFile: /etc/passwd', ''],
      ['client-certificate: /etc/passwd, client-key: /etc/passwd', ''],
      ['token: t', ', certificate-authority: /etc/passwd'],
      ['exec: {apiVersion: client.authentication.k8s.io/v1, command: /bin/true}', ''],
      ['auth-provider: {name: gcp}', ''],
      ['token: t', ', insecure-skip-tls-verify: true'],
    ];
    for (const [user, cluster] of rows) {
      const load = kubeconfigFromText(kubeconfig(user, cluster), 'Secret shop/remote');
      await assert.rejects(
        load,
        failsWith('KUBECONFIG_FORBIDDEN', /^Secret shop\/remote: it asks for /),
        user + cluster,
      );
    }
  });

  it('of the operator runs a program and leaves TLS unchecked only when that was allowed', async () => {
    const exec = await file('exec', kubeconfig('exec: {apiVersion: client.authentication.k8s.io/v1, command: x}'));
    await assert.rejects(loadKubeconfig({ path: exec }), failsWith('KUBECONFIG_FORBIDDEN', /exec plugin/));
    const insecure = await file('insecure', kubeconfig('token: t', ', insecure-skip-tls-verify: true'));
    await assert.rejects(loadKubeconfig({ path: insecure }), failsWith('KUBECONFIG_FORBIDDEN', /insecure/));
    const config = await loadKubeconfig({ path: insecure, trust: { ...operatorKubeconfig, insecureTls: true } });
    assert.equal(config.tls.insecure, true);
  });

  it('says what is wrong and where, without quoting what it holds', async () => {
    const rows: readonly (readonly [string, RegExp])[] = [
      ['token: "canary\n  - [', /it is no YAML document/],
      [kubeconfig('token: [canary]'), /users\.0\.user\.token: expected string/],
      ['current-context: nowhere', /it has no context "nowhere"/],
      [kubeconfig('token: t').replace('cluster: c,', 'cluster: gone,'), /names a cluster that is not there: gone/],
      [kubeconfig('token: t').replace('https://cluster', 'ftp://cluster'), /no http or https URL/],
      [kubeconfig('token: t').replace('https://cluster', 'https://u:canary@cluster'), /must not carry credentials/],
      [kubeconfig('client-certificate-data: Y2FuYXJ5'), /client-certificate and client-key go together/],
      [kubeconfig('token: t', ', certificate-authority-data: Y2FuYXJ5'), /certificate-authority is no PEM certificate/],
    ];
    for (const [text, expected] of rows) {
      await assert.rejects(kubeconfigFromText(text, 'x'), failsWith('KUBECONFIG_INVALID', expected));
    }
  });

  it('of several files is merged, the first entry of a name counting, and missing files not at all', async () => {
    const first = await file('first', 'current-context: main\nusers: [{name: u, user: {token: first}}]');
    const second = await file('second', kubeconfig('token: second'));
    const path = [join(folder, 'missing'), first, second].join(delimiter);
    const config = await loadKubeconfig({ path });
    assert.equal(await config.auth.authorization(), 'Bearer first');
    await assert.rejects(
      loadKubeconfig({ path: join(folder, 'missing') }),
      failsWith('KUBECONFIG_INVALID', /cannot read/),
    );
  });

  it('asks an exec plugin once for as long as its answer lasts, and again when it is refused', async () => {
    const plugin = await file(
      'plugin',
      `#!/bin/sh
echo run >> '${join(folder, 'runs')}'
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$TOKEN_NAME"
`,
    );
    await chmod(plugin, 0o700);
    const text = kubeconfig(
      'exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, env: [{name: TOKEN_NAME, value: t1}]}',
    );
    const config = await loadKubeconfig({
      path: await file('with-exec', text),
      trust: { ...operatorKubeconfig, exec: true },
    });
    const both = await Promise.all([config.auth.authorization(), config.auth.authorization()]);
    assert.deepEqual(both, ['Bearer t1', 'Bearer t1']);
    assert.equal(await config.auth.authorization(), 'Bearer t1');
    assert.equal((await runsOf(folder)).length, 1);
    assert.equal(config.auth.refresh(), true);
    await config.auth.authorization();
    assert.equal((await runsOf(folder)).length, 2);
  });

  it('tells how an exec plugin failed, and nothing of what it printed', async () => {
    const plugin = await file('failing', '#!/bin/sh\necho canary; echo canary >&2; exit 3\n');
    await chmod(plugin, 0o700);
    const text = kubeconfig('exec: {apiVersion: client.authentication.k8s.io/v1, command: ./failing}');
    const trust = { ...operatorKubeconfig, exec: true };
    const { auth } = await loadKubeconfig({ path: await file('with-failing', text), trust });
    await assert.rejects(auth.authorization(), failsWith('KUBECONFIG_INVALID', /it ended with 3/));
  });

  it('replaces what an exec plugin gave before it ends', async () => {
    let now = 0;
    let runs = 0;
    const auth = execAuth(
      () => Promise.resolve({ token: `t${++runs}`, certificate: undefined, expiresAt: now + 60_000 }),
      {},
      () => now,
    );
    assert.equal(await auth.authorization(), 'Bearer t1');
    now = 49_000;
    assert.equal(await auth.authorization(), 'Bearer t1');
    now = 51_000;
    assert.equal(await auth.authorization(), 'Bearer t2');
  });

  it('reads a token file again, in time and when the token was refused', async () => {
    let now = 0;
    const path = await file('token', 'a\n');
    const auth = tokenFileAuth(path, {}, () => now);
    assert.equal(await auth.authorization(), 'Bearer a');
    await writeFile(path, 'b\n');
    assert.equal(await auth.authorization(), 'Bearer a');
    assert.equal(auth.refresh(), true);
    assert.equal(await auth.authorization(), 'Bearer b');
    await writeFile(path, 'c\n');
    now = 61_000;
    assert.equal(await auth.authorization(), 'Bearer c');
  });

  it('of a pod is its service account', async () => {
    for (const name of ['token', 'ca.crt', 'namespace']) await file(name, name);
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const config = await inClusterConfig(env, folder);
    assert.equal(config.server, 'https://[fd00::1]:443');
    assert.equal(config.namespace, 'namespace');
    assert.equal(await config.auth.authorization(), 'Bearer token');
    await assert.rejects(inClusterConfig({}, folder), failsWith('KUBECONFIG_INVALID', /not in a cluster/));
  });
});

async function runsOf(folder: string): Promise<readonly string[]> {
  return (await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n');
}
