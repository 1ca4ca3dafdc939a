import assert from 'node:assert/strict';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectCluster, loadKubeconfig, type KubeCluster } from '@capstan/kube';
import { getPath } from '@capstan/object';
import { ended, runCapstan, startCapstan, type Ended } from '../testing/run-capstan.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-up-test-'));
const state = join(folder, '.capstan');
const work = join(folder, 'work');
const WAIT = '90s';
let up: Up;
let kube: KubeCluster;

interface UpFile {
  readonly url: string;
  readonly kubeconfig: string;
  readonly repositories: { readonly 'mono-repo': string };
  readonly debug: string;
  readonly debugTokenFile: string;
  readonly process: number;
}

function upFile(): UpFile {
  return JSON.parse(readFileSync(join(state, 'up.json'), 'utf8')) as UpFile;
}

/** `up` at work; `done` tells how it has ended, also where it ends by itself. */
interface Up {
  readonly child: ChildProcess;
  readonly done: Promise<Ended>;
}

/** Starts `up` and waits until it has written where everything is. */
async function startUp(): Promise<Up> {
  const child = startCapstan(['up', '--port', '0'], folder);
  const done = ended(child);
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('Ctrl-C stops it')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`up ended with ${code}: ${text}`)));
  });
  return { child, done };
}

function git(...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const done = spawnSync('git', [...who, ...args], { cwd: existsSync(work) ? work : folder, env, encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.trim();
}

/** Commits what the work tree holds and pushes it; returns the commit. */
function push(message: string): string {
  git('add', '-A');
  git('commit', '-q', '-m', message);
  git('push', '-q', 'origin', 'HEAD:main');
  return git('rev-parse', 'HEAD');
}

async function waitFor(...args: readonly string[]): Promise<void> {
  const done = await runCapstan(['wait', ...args, '--timeout', WAIT], folder);
  assert.equal(done.code, 0, done.stderr);
}

async function replicas(environment: string): Promise<unknown> {
  const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: environment, name: 'my-app' };
  return getPath(await kube.client().get(ref), 'spec', 'replicas');
}

async function connect(): Promise<void> {
  kube = connectCluster(await loadKubeconfig({ path: join(state, 'kubeconfig') }));
}

describe('capstan up', { timeout: 300_000 }, () => {
  before(async () => {
    up = await startUp();
    await connect();
  });
  after(async () => {
    await kube.close();
    up.child.kill('SIGTERM');
    const { code, stderr } = await up.done;
    assert.equal(code, 0, stderr);
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings three environments to the cluster, synced and healthy', async () => {
    await waitFor('--all');
    const { stdout } = await runCapstan(['get', '-o', 'name'], folder);
    assert.deepEqual(stdout.trim().split('\n'), [
      'Application/argocd/production',
      'Application/argocd/staging',
      'Kustomization/flux-system/development',
      'GitRepository/flux-system/mono-repo',
    ]);
    assert.deepEqual(await Promise.all(['development', 'staging', 'production'].map(replicas)), [1, 2, 3]);
  });

  it('applies a push in both dialects', async () => {
    git('clone', '-q', upFile().repositories['mono-repo'], work);
    for (const environment of ['development', 'staging']) {
      const file = join(work, 'overlays', environment, 'kustomization.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/count: \d/, 'count: 4'));
    }
    await waitFor('--all', '--revision', push('Scale two environments'));
    assert.deepEqual(await Promise.all(['development', 'staging', 'production'].map(replicas)), [4, 4, 3]);
  });

  it('prunes what a commit deletes, and brings it back when that is reverted', async () => {
    const service = (namespace: string) => ({ group: '', version: 'v1', kind: 'Service', namespace, name: 'my-app' });
    const file = join(work, 'base', 'kustomization.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('  - service.yaml\n', ''));
    await waitFor('--all', '--revision', push('Drop the service'));
    for (const environment of ['development', 'production'])
      assert.equal(await kube.client().find(service(environment)), undefined);
    git('revert', '--no-edit', 'HEAD');
    git('push', '-q', 'origin', 'HEAD:main');
    await waitFor('--all', '--revision', git('rev-parse', 'HEAD'));
    for (const environment of ['development', 'production']) await kube.client().get(service(environment));
  });

  it('sees a push to the folder of the repository', async () => {
    const file = join(work, 'overlays', 'production', 'kustomization.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/count: \d/, 'count: 5'));
    git('commit', '-q', '-am', 'Scale production');
    git('push', '-q', join(state, 'repositories', 'mono-repo.git'), 'HEAD:main');
    await waitFor('production', '--revision', git('rev-parse', 'HEAD'));
    assert.equal(await replicas('production'), 5);
  });

  it('suspends, reports drift, compares and syncs, with one set of nouns for both dialects', async () => {
    const capstan = (...args: readonly string[]) => runCapstan(args, folder);
    assert.equal((await capstan('suspend', 'staging', 'ks/development')).code, 0);
    assert.equal((await capstan('sync', 'development')).code, 14);
    const deployment = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'staging', name: 'my-app' };
    await kube
      .client()
      .patch(deployment, { kind: 'merge', patch: { spec: { replicas: 7 } } }, { fieldManager: 'kubectl-edit' });
    const diff = await capstan('diff', 'staging', '-o', 'jsonl');
    assert.equal(diff.code, 10, diff.stderr);
    assert.match(diff.stdout, /^\{"after":.*"replicas":4.*"change":"update".*"kind":"Deployment"/);
    assert.equal(await replicas('staging'), 7);
    const why = await capstan('why', 'staging');
    assert.match(why.stdout, /its automated sync is suspended/);
    const sync = await capstan('sync', 'staging', '--timeout', WAIT);
    assert.equal(sync.code, 0, sync.stderr);
    assert.match(sync.stderr, /writing to capstan-sandbox at https:\/\/127\.0\.0\.1:/);
    assert.equal(await replicas('staging'), 4);
    assert.equal((await capstan('resume', 'staging', 'development')).code, 0);
    const fresh = await capstan('sync', 'development', '--with-source', '--timeout', WAIT);
    assert.equal(fresh.code, 0, fresh.stderr);
    assert.equal((await capstan('diff', 'development')).code, 0);
    const tree = await capstan('tree', 'production');
    assert.match(tree.stdout, /└─ Deployment\.apps production\/my-app {3}Synced, Healthy\n {3}└─ ReplicaSet\.apps/);
    assert.equal((await capstan('get', 'nothing')).code, 1);
  });

  it('says what is degraded, and stops waiting for it', async () => {
    const file = join(work, 'overlays', 'development', 'kustomization.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('newTag: 1.27.3', 'newTag: does-not-exist'));
    push('Use an image that is not there');
    const done = await runCapstan(
      ['wait', 'development', '--timeout', '5s', '--revision', git('rev-parse', 'HEAD')],
      folder,
    );
    assert.equal(done.code, 11, done.stderr);
    assert.match(done.stderr, /Kustomization\/flux-system\/development/);
    writeFileSync(file, before);
    await waitFor('development', '--revision', push('Go back to the image that is'));
  });

  it('shows the apps on its page and as JSON', async () => {
    const page = await fetch(upFile().url);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'nonce-/);
    assert.match(await page.text(), /<title>Capstan<\/title>/);
    const answer = (await (await fetch(`${upFile().url}/api/apps`)).json()) as {
      readonly apps: readonly { readonly name: string; readonly sync: string }[];
    };
    assert.deepEqual(
      answer.apps.map(({ name, sync }) => `${name} ${sync}`),
      ['production Synced', 'staging Synced', 'development Synced', 'mono-repo Synced'],
    );
  });

  it('tells on its debug listener when all is at rest, to whoever has the token', async () => {
    const { debug, debugTokenFile } = upFile();
    const token = readFileSync(debugTokenFile, 'utf8').trim();
    const ask = (path: string, bearer: string) =>
      fetch(`${debug}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
    assert.equal((await ask('/stats', 'wrong')).status, 401);
    assert.equal((await ask('/settled?resource=argoproj.io/Application', token)).status, 200);
    assert.equal((await ask('/settled?resource=example.com/Nothing', token)).status, 404);
    const stats = (await (await ask('/stats', token)).json()) as { readonly renders: number };
    assert.ok(stats.renders >= 3);
  });

  it('refuses to run twice on one state, and says where the first is', async () => {
    const second = await runCapstan(['up'], folder);
    assert.equal(second.code, 1);
    assert.ok(second.stderr.includes(upFile().url), second.stderr);
  });

  it('goes on after it was killed, on the same ports, with what was there', async () => {
    const before = upFile();
    up.child.kill('SIGKILL');
    await up.done;
    await kube.close();
    up = await startUp();
    await connect();
    assert.equal(upFile().repositories['mono-repo'], before.repositories['mono-repo']);
    assert.equal(upFile().url, before.url);
    await waitFor('--all');
    assert.equal(await replicas('production'), 5);
  });
});

describe('capstan up --once', { timeout: 120_000 }, () => {
  it('ends with 11 when the time is up', async () => {
    const own = mkdtempSync(join(tmpdir(), 'capstan-up-test-'));
    const done = await runCapstan(['up', '--once', '--port', '0', '--timeout', '1ms'], own);
    assert.equal(done.code, 11, done.stderr);
    assert.match(done.stderr, /WAIT_TIMEOUT/);
    assert.equal(existsSync(join(own, '.capstan', 'up.json')), false);
    rmSync(own, { recursive: true, force: true });
  });
});
