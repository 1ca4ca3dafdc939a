import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { CachedRender } from './cached-render.ts';
import { render } from './render.ts';
import type { RenderRequest } from './render-request.ts';

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const plain = { recurse: false } as const;
const names = async (files: Record<string, string>, request: RenderRequest) =>
  (await render(memoryTree(files), request)).objects.map(({ object }) => object.metadata['name']);
const fails = (files: Record<string, string>, request: RenderRequest, code: string, text: RegExp) =>
  assert.rejects(render(memoryTree(files), request), (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  });

describe('rendering a plain folder', () => {
  const directory = (options: object = {}): RenderRequest => ({
    engine: 'directory',
    path: 'app',
    directory: { ...plain, ...options },
  });

  it('takes manifests in the order of a walk and flattens lists', async () => {
    const files = {
      'app/b.yaml': `${map('b1')}---\n${map('b2')}`,
      'app/a.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
      'app/c.yml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n`,
      'app/readme.md': 'no',
      'app/sub/d.yaml': map('d'),
    };
    assert.deepEqual(await names(files, directory()), ['a', 'b1', 'b2', 'c']);
    assert.deepEqual(await names(files, directory({ recurse: true })), ['a', 'b1', 'b2', 'c', 'd']);
    assert.deepEqual(await names(files, directory({ recurse: true, include: '{a,sub/*}*' })), ['a', 'd']);
    assert.deepEqual(await names(files, directory({ recurse: true, exclude: '*.yaml' })), ['a', 'c']);
  });

  it('skips marked files and YAML that is no manifest', async () => {
    const files = {
      'app/a.yaml': `# +argocd:skip-file-rendering\n${map('a')}`,
      'app/b.yaml': 'just: {broken\n',
      'app/c.yaml': map('c'),
    };
    assert.deepEqual(await names(files, directory()), ['c']);
  });

  it('refuses a broken manifest with its file and line', async () => {
    await fails(
      { 'app/configmap.yaml': `${map('a').replace('  name', '  x: y\n name')} data: {broken\n` },
      directory(),
      'RENDER_INVALID',
      /^Failed to unmarshal "configmap.yaml": .*app\/configmap.yaml: line \d+/,
    );
    await fails({ 'b/a.yaml': '' }, directory(), 'RENDER_NOT_FOUND', /app: app path does not exist/);
  });
});

describe('rendering Jsonnet beside plain manifests', () => {
  const directory = (options: object = {}): RenderRequest => ({
    engine: 'directory',
    path: 'app',
    directory: { ...plain, ...options },
  });
  const program = `local lib = import 'lib.libsonnet';
    function(name='a') [lib.map(name), null, { apiVersion: 'v1', kind: 'List', items: [lib.map(std.extVar('other'))] }]`;
  const files = {
    'app/main.jsonnet': program,
    'app/z.yaml': map('z'),
    'app/lib.libsonnet.txt': '',
    'vendor/lib.libsonnet': `{ map(name): { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } } }`,
  };
  const jsonnet = { libs: ['/vendor'], extVars: [{ name: 'other', value: 'b' }] };

  it('takes one object or an array of them, with variables and libraries', async () => {
    assert.deepEqual(await names(files, directory({ jsonnet })), ['a', 'b', 'z']);
    const tlas = [{ name: 'name', value: `'x' + 1`, code: true }];
    assert.deepEqual(await names(files, directory({ jsonnet: { ...jsonnet, tlas } })), ['x1', 'b', 'z']);
    assert.deepEqual(await names(files, directory({ jsonnet, withoutJsonnet: true })), ['z']);
    await fails(
      { 'app/a.jsonnet': 'lib' },
      directory(),
      'RENDER_INVALID',
      /^Failed to evaluate jsonnet "a.jsonnet": app\/a.jsonnet:1:1-4 Unknown variable: lib/,
    );
  });

  it('depends on what it imports, and on where that was looked for', async () => {
    const cache = new CachedRender();
    const request = directory({ jsonnet });
    const run = (more: Record<string, string>) => {
      const tree = memoryTree({ ...files, ...more });
      return cache.render(tree, request, () => render(tree, request));
    };
    const first = await run({});
    assert.equal(await run({ 'other/x.libsonnet': '1' }), first);
    assert.notEqual(await run({ 'app/lib.libsonnet': files['vendor/lib.libsonnet'] }), first);
    assert.equal(cache.statistics.renders, 2);
  });

  it('refuses libraries outside of the tree, and output that is no manifest', async () => {
    const libs = ['../../etc'];
    await fails(files, directory({ jsonnet: { libs } }), 'RENDER_INVALID', /resolved to outside repository root/);
    await fails({ 'app/a.jsonnet': '{ a: 1 }' }, directory(), 'RENDER_INVALID', /a.jsonnet.*Object 'Kind' is missing/);
    await fails({ 'app/a.jsonnet': '[1]' }, directory(), 'RENDER_INVALID', /no object/);
  });
});

describe('files of a plain folder', () => {
  it('are all manifests where the filter of extensions is off', async () => {
    const files = { 'app/a.yaml': map('a'), 'app/b.manifest': map('b'), 'app/c.txt': 'words, not: {manifests' };
    const request: RenderRequest = {
      engine: 'directory',
      path: 'app',
      directory: { ...plain, disableExtensionFilter: true },
    };
    assert.deepEqual(await names(files, request), ['a', 'b']);
    const only: RenderRequest = { ...request, directory: { ...request.directory, include: '*.manifest' } };
    assert.deepEqual(await names(files, only), ['b']);
  });
});

describe('detecting what a folder is', () => {
  const detect: RenderRequest = { engine: 'detect', path: 'app', directory: plain };

  it('refuses a chart by name, builds a kustomization, reads anything else as plain manifests', async () => {
    await fails({ 'app/Chart.yaml': 'name: x\n' }, detect, 'RENDER_UNSUPPORTED', /Helm/);
    const kustomized = { 'app/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\n', 'app/a.yaml': map('a') };
    assert.deepEqual(await names(kustomized, detect), ['p-a']);
    assert.deepEqual(await names({ 'app/a.yaml': map('a') }, detect), ['a']);
    const chart = {
      'app/Chart.yaml': 'name: x\n',
      'app/kustomization.yaml': 'resources: []\n',
      'app/a.yaml': map('a'),
    };
    assert.deepEqual(await names(chart, { ...detect, ignored: ['Helm', 'Kustomize'] }), ['a']);
  });

  it('lays fields of the application over the kustomization', async () => {
    const kustomization = { namePrefix: 'q-', commonAnnotations: { a: 'b' }, images: [{ name: 'nginx', newTag: '2' }] };
    const files = {
      'app/kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: p-\nimages: [{name: nginx, digest: "sha256:1"}]\n',
      'app/a.yaml': `${map('a')}spec: {containers: [{image: nginx}]}\n`,
    };
    const { text } = await render(memoryTree(files), { ...detect, kustomization });
    assert.match(text, /name: q-a/);
    assert.match(text, /a: b/);
    assert.match(text, /image: nginx:2\n/);
  });
});

describe('rendering as Flux does', () => {
  const flux: RenderRequest = {
    engine: 'kustomize',
    path: 'app',
    generate: true,
    order: 'input',
    kustomization: { namespace: 'ns' },
  };

  it('makes a kustomization of the manifests below a folder that has none', async () => {
    const files = {
      'app/b.yaml': map('b'),
      'app/z/kustomization.yaml': 'resources: [c.yaml]\nnamePrefix: p-\n',
      'app/z/c.yaml': map('c'),
      'app/z/other.yaml': 'not: kubernetes\n',
      'app/x/d.yml': map('d'),
      'app/notes.txt': '',
    };
    assert.deepEqual(await names(files, flux), ['b', 'd', 'p-c']);
  });

  it('reads files beside the folder, and ignores fields that kustomize does not know, as Flux does', async () => {
    const files = { 'app/kustomization.yaml': 'resources: [../x.yaml]\nunknownField: 1\n', 'x.yaml': map('x') };
    assert.deepEqual(await names(files, flux), ['x']);
  });

  it('gives nothing for an emptied folder, fails for a missing one and for YAML that is no object', async () => {
    assert.deepEqual(await names({ 'app/.keep': '' }, flux), []);
    await fails({ 'x/a.yaml': '' }, flux, 'RENDER_NOT_FOUND', /path not found/);
    await fails(
      { 'app/a.yaml': 'x: y\n' },
      flux,
      'RENDER_INVALID',
      /failed to decode Kubernetes YAML from app\/a.yaml/,
    );
  });
});

describe('results kept by what they read', () => {
  const request: RenderRequest = { engine: 'detect', path: 'a', directory: plain };
  const files = { 'a/kustomization.yaml': 'resources: [x.yaml]\n', 'a/x.yaml': map('x'), 'b/y.yaml': map('y') };

  it('are used again when only other files have changed, and not when a read or a missed file has', async () => {
    const cache = new CachedRender();
    const run = (more: Record<string, string>) => {
      const tree = memoryTree({ ...files, ...more });
      return cache.render(tree, request, () => render(tree, request));
    };
    const first = await run({});
    assert.equal(await run({ 'b/y.yaml': map('z') }), first);
    assert.equal(cache.statistics.renders, 1);
    assert.notEqual(await run({ 'a/x.yaml': map('changed') }), first);
    await assert.rejects(run({ 'a/Kustomization': '' }));
    assert.equal(cache.statistics.renders, 3);
    assert.equal(await run({}), first);
  });

  it('share one render that is under way, and go when there is no room', async () => {
    const cache = new CachedRender({ maxBytes: 1 });
    const tree = memoryTree(files);
    const make = () => render(tree, request);
    const [a, b] = await Promise.all([cache.render(tree, request, make), cache.render(tree, request, make)]);
    assert.equal(a, b);
    assert.deepEqual(cache.statistics, { renders: 1, bytes: 0, requests: 0 });
  });

  it('tell whether a Secret went in', async () => {
    const secret = { 'a/s.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n' };
    assert.equal((await render(memoryTree(secret), request)).readSecret, true);
    assert.equal((await render(memoryTree(files), request)).readSecret, false);
  });
});
