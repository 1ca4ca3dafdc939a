import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createGitRepository } from '@capstan/testkit';
import { parseDocuments } from '@capstan/yaml';
import { createProgram } from '../program.ts';
import { runCapstan } from '../testing/run-capstan.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-build-test-'));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

after(() => rmSync(folder, { recursive: true, force: true }));

const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

describe('capstan build', () => {
  it('prints a kustomization as kustomize does, its bases beside it', async () => {
    put('base/kustomization.yaml', 'resources: [b.yaml, a.yaml]\n');
    put('base/a.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n');
    put('base/b.yaml', configMap('b'));
    put('overlay/kustomization.yaml', 'resources: [../base]\nnamePrefix: x-\n');
    const done = await runCapstan(['build', 'overlay'], folder);
    assert.equal(done.stderr, '');
    assert.equal(
      done.stdout,
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x-b\n',
    );
  });

  it('prints what is no object of Kubernetes as kustomize does, and refuses to name it', async () => {
    put('odd/kustomization.yaml', 'resources: [a.yaml]\n');
    put('odd/a.yaml', 'kind: Thing\nmetadata: {name: a}\n');
    assert.equal((await runCapstan(['build', 'odd'], folder)).stdout, 'kind: Thing\nmetadata:\n  name: a\n');
    assert.match((await runCapstan(['build', 'odd', '-o', 'name'], folder)).stderr, /a\.yaml: has no apiVersion/);
  });

  it('prints the manifests of a plain folder, those below it only when asked to', async () => {
    put('plain/a.yaml', configMap('a'));
    put('plain/sub/b.yaml', configMap('b'));
    const names = async (...flags: readonly string[]): Promise<string> =>
      (await runCapstan(['build', 'plain', '-o', 'name', ...flags], folder)).stdout;
    assert.equal(await names(), 'ConfigMap a\n');
    assert.equal(await names('--recurse'), 'ConfigMap a\nConfigMap b\n');
  });

  it('refuses a file outside of its kustomization, and tells programs so in JSON', async () => {
    put('outside.yaml', configMap('outside'));
    put('reaches/kustomization.yaml', 'resources: [../outside.yaml]\n');
    const done = await runCapstan(['build', 'reaches', '-o', 'json'], folder);
    assert.equal(done.code, 1);
    assert.equal(done.stdout, '');
    const { error } = JSON.parse(done.stderr) as { readonly error: { readonly code: string } };
    assert.equal(error.code, 'RENDER_INVALID');
  });

  it('follows no link out of its work tree', async () => {
    const work = join(folder, 'work');
    mkdirSync(join(work, '.git'), { recursive: true });
    put('work/app/kustomization.yaml', 'resources: [secret.yaml]\n');
    put('secret.yaml', configMap('secret'));
    symlinkSync('../../secret.yaml', join(work, 'app', 'secret.yaml'));
    const done = await runCapstan(['build', 'app'], work);
    assert.equal(done.code, 1);
    assert.equal(done.stdout, '');
  });

  it('writes one file, or a file an object into a folder, named as kustomize names them', async () => {
    put('split/kustomization.yaml', 'resources: [a.yaml]\n');
    put(
      'split/a.yaml',
      [
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: Shop}\n',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n',
        configMap('web'),
      ].join('---\n'),
    );
    mkdirSync(join(folder, 'out'));
    assert.deepEqual(await runCapstan(['build', 'split', '-o', 'out'], folder), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(readdirSync(join(folder, 'out')).sort(), [
      'default_v1_configmap_web.yaml',
      'shop_apps_v1_deployment_web.yaml',
      'v1_namespace_shop.yaml',
    ]);
    assert.equal(readFileSync(join(folder, 'out/default_v1_configmap_web.yaml'), 'utf8'), configMap('web'));
    await runCapstan(['build', 'split', '-o', './json'], folder);
    assert.equal(readFileSync(join(folder, 'json'), 'utf8'), (await runCapstan(['build', 'split'], folder)).stdout);
    const nowhere = await runCapstan(['build', 'split', '-o', 'no/such/file'], folder);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /nothing can be written to no\/such\/file/);
  });

  it('keeps the order of the input, and adds the label of who manages it, when it is asked to', async () => {
    put('order/kustomization.yaml', 'resources: [a.yaml]\n');
    put('order/a.yaml', `${configMap('a')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n`);
    const { stdout } = await runCapstan(['build', 'order', '--reorder', 'none', '--enable-managedby-label'], folder);
    assert.match(
      stdout,
      /^apiVersion: v1\nkind: ConfigMap\nmetadata:\n {2}labels:\n {4}app.kubernetes.io\/managed-by: kustomize-v5.8.1\n/,
    );
  });

  it('takes --enable-helm from those who always give it, and refuses charts by name', async () => {
    put('charts/kustomization.yaml', 'helmCharts: [{name: x}]\n');
    assert.equal((await runCapstan(['build', 'order', '--enable-helm'], folder)).code, 0);
    const done = await runCapstan(['build', 'charts', '--enable-helm'], folder);
    assert.notEqual(done.code, 0);
    assert.match(done.stderr, /helmCharts/);
  });

  it('refuses by name the flags of kustomize that would run something, and standard input', async () => {
    for (const flags of [
      ['--helm-command', 'helm'],
      ['--enable-alpha-plugins'],
      ['--enable-exec'],
      ['--network'],
      ['--mount', 'type=bind,src=.,dst=/x'],
      ['-e', 'A=b'],
      ['--as-current-user'],
    ]) {
      const done = await runCapstan(['build', 'order', ...flags], folder);
      assert.equal(done.code, 2, flags.join(' '));
      assert.match(done.stderr, /--[a-z-]+ is refused: .*; leave it out/);
    }
    assert.match((await runCapstan(['build', '-'], folder)).stderr, /name the folder/);
  });

  it('fetches what lies elsewhere only when it is asked to: a base, a repository that is the folder itself', async () => {
    const repository = await createGitRepository(join(folder, 'elsewhere.git'));
    await repository.commit(
      { 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': configMap('a') },
      'base',
    );
    put('remote/kustomization.yaml', `resources: ["${repository.url}/base"]\nnamePrefix: x-\n`);
    const refused = await runCapstan(['build', 'remote', '-o', 'json'], folder);
    assert.equal(refused.code, 1);
    const { error } = JSON.parse(refused.stderr) as { readonly error: { readonly code: string } };
    assert.equal(error.code, 'REMOTE_NOT_ALLOWED');
    assert.equal((await runCapstan(['build', '--remote-bases', 'remote'], folder)).stdout, configMap('x-a'));
    const url = `${repository.url}/base?ref=main`;
    assert.match((await runCapstan(['build', url], folder)).stderr, /add --remote-bases, or clone it/);
    assert.equal((await runCapstan(['build', '--remote-bases', url], folder)).stdout, configMap('a'));
  });

  it('says which folder is missing', async () => {
    const done = await runCapstan(['build', 'nowhere'], folder);
    assert.equal(done.code, 1);
    assert.match(done.stderr, /there is no folder nowhere/);
  });
});

describe('capstan install', () => {
  it('prints what runs Capstan, and definitions only when asked to', async () => {
    const plain = await runCapstan(['install', '--image', 'example.com/capstan:1', '-o', 'name'], folder);
    assert.deepEqual(plain.stdout.trim().split('\n'), [
      'Namespace capstan-system',
      'ServiceAccount capstan-system/capstan',
      'ClusterRole.rbac.authorization.k8s.io capstan',
      'ClusterRoleBinding.rbac.authorization.k8s.io capstan',
      'Deployment.apps capstan-system/capstan',
      'Service capstan-system/capstan',
      'Service capstan-system/capstan-artifacts',
      'Service capstan-system/capstan-webhooks',
    ]);
    const { stdout } = await runCapstan(['install', '--image', 'i', '--crds'], folder);
    assert.ok(parseDocuments(stdout).length > 8);
    assert.match(stdout, /name: applications\.argoproj\.io/);
  });
});

describe('the command line', () => {
  it('ends with 2 where it cannot be understood, and with 0 for help', async () => {
    for (const args of [
      ['nonsense'],
      ['get', '-o', 'xml'],
      ['wait'],
      ['up', '--port', 'x'],
      ['run', '--listen', 'nowhere'],
    ])
      assert.equal((await runCapstan(args, folder)).code, 2, args.join(' '));
    assert.equal((await runCapstan(['--help'], folder)).code, 0);
  });

  it('has examples in the help of every command', async () => {
    const { commands } = await createProgram();
    assert.ok(commands.length >= 13);
    for (const command of commands) {
      let text = '';
      command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
      assert.match(text, /Examples?:\n {2}capstan /, command.name());
    }
  });
});
