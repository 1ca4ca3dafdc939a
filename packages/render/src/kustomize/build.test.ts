import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { buildKustomization, type BuildOptions } from './build.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        envFrom: [{configMapRef: {name: settings}}]
      - name: side
        image: busybox
`;

async function build(files: Record<string, string>, path = '', options: Partial<BuildOptions> = {}): Promise<string> {
  const resources = await buildKustomization(memoryTree(files), path, { order: 'input', ...options });
  return stringifyAll(resources.map(({ object }) => object));
}

const refuses = (files: Record<string, string>, code: string, text: RegExp, path = '') =>
  assert.rejects(build(files, path), (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  });

describe('building a kustomization', () => {
  it('names generated ConfigMaps by their content and updates what refers to them', async () => {
    const text = await build(
      {
        'base/kustomization.yaml':
          'resources: [web.yaml]\nconfigMapGenerator: [{name: settings, literals: [LEVEL=info]}]\n',
        'base/web.yaml': deployment,
        'over/kustomization.yaml': 'resources: [../base]\nnamePrefix: dev-\nnamespace: dev\n',
      },
      'over',
    );
    const [name] = /dev-settings-[a-z0-9]{10}/.exec(text) ?? [];
    assert.ok(name !== undefined, text);
    assert.equal(text.split(name).length, 3);
    assert.match(text, /name: dev-web\n  namespace: dev/);
  });

  it('merges containers by name, those of the patch first', async () => {
    const text = await build({
      'kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: patch.yaml}]\n',
      'web.yaml': deployment,
      'patch.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: new, image: a}, {name: side, image: b}, {name: web, $patch: delete}]}}}
`,
    });
    assert.match(text, /containers:\n {6}- image: a\n {8}name: new\n {6}- image: b\n {8}name: side\n/);
    assert.doesNotMatch(text, /name: web\n {6}/);
  });

  it('changes a selector together with a label that one transformer put in both, as kustomize does', async () => {
    const text = await build(
      {
        'base/kustomization.yaml': 'resources: [web.yaml]\ncommonLabels: {env: base}\n',
        'base/web.yaml': deployment,
        'over/kustomization.yaml': 'resources: [../base]\nlabels: [{pairs: {env: dev}}]\n',
      },
      'over',
    );
    assert.doesNotMatch(text, /env: base/);
    assert.equal(text.split('env: dev').length, 4);
  });

  it('keeps integers of 64 bits exact and a key called __proto__ a key', async () => {
    const text = await build({
      'kustomization.yaml': 'resources: [a.yaml]\nnamePrefix: x-\n',
      'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbig: 9223372036854775807\n__proto__: {a: 1}\n',
    });
    assert.match(text, /big: 9223372036854775807/);
    assert.match(text, /__proto__:\n {2}a: 1/);
  });

  it('sorts by kind in legacy order and leaves the order of the input otherwise', async () => {
    const files = {
      'kustomization.yaml': 'resources: [a.yaml]\n',
      'a.yaml': `${deployment}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n`,
    };
    assert.match(await build(files, '', { order: 'legacy' }), /^apiVersion: v1\nkind: Namespace/);
    assert.match(await build(files), /^apiVersion: apps\/v1/);
  });

  it('reads files of other folders only when load restrictions are off', async () => {
    const files = { 'a/kustomization.yaml': 'resources: [../web.yaml]\n', 'web.yaml': deployment };
    await refuses(files, 'RENDER_INVALID', /security; file 'web.yaml' is not in or below 'a'/, 'a');
    assert.match(await build(files, 'a', { loadRestrictions: 'none' }), /name: web/);
  });

  it('refuses what it does not support, by name and file', async () => {
    const of = (text: string) => ({ 'a/kustomization.yaml': text });
    await refuses(of('helmCharts: [{name: x}]\n'), 'RENDER_UNSUPPORTED', /a\/kustomization.yaml: helmCharts/, 'a');
  });

  it('takes settings of charts where there are no charts', async () => {
    const of = (globals: string) => ({
      'kustomization.yaml': `resources: [a.yaml]\nhelmGlobals: ${globals}\n`,
      'a.yaml': deployment,
    });
    assert.match(await build(of('{chartHome: .charts}')), /name: web/);
    await refuses(of('{chartHoome: x}'), 'RENDER_INVALID', /unknown field "chartHoome"/);
  });

  it('refuses unknown fields, bad kinds, empty files and several files', async () => {
    await refuses({ 'kustomization.yaml': 'resorces: []\n' }, 'RENDER_INVALID', /unknown field "resorces"/);
    await refuses({ 'kustomization.yaml': 'kind: Foo\nresources: []\n' }, 'RENDER_INVALID', /kind should be/);
    await refuses({ 'kustomization.yaml': '' }, 'RENDER_INVALID', /kustomization.yaml is empty/);
    await refuses(
      { 'kustomization.yaml': 'resources: []\n', Kustomization: 'resources: []\n' },
      'RENDER_INVALID',
      /multiple kustomization files/,
    );
    await refuses({ 'a.yaml': '' }, 'RENDER_NOT_FOUND', /unable to find one of/);
  });

  it('tells the file and the line of a broken manifest', async () => {
    await refuses(
      { 'k/kustomization.yaml': 'resources: [a.yaml]\n', 'k/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n' },
      'RENDER_INVALID',
      /k\/a.yaml: line \d+/,
      'k',
    );
  });

  it('takes a kustomization with nothing but empty texts and legacy lists for an empty one', async () => {
    for (const nothing of ['bases: []', 'imageTags: []', 'namePrefix: ""', 'kind: Kustomization'])
      await refuses({ 'kustomization.yaml': `${nothing}\n` }, 'RENDER_INVALID', /kustomization\.yaml is empty/);
    for (const something of ['resources: []', 'images: []', 'commonLabels: {}'])
      assert.equal(await build({ 'kustomization.yaml': `${something}\n` }), '');
  });

  it('takes what lies above a tree for its root where it is that of a machine, and refuses it elsewhere', async () => {
    const files = {
      'kustomization.yaml': 'resources: [../../base]\nnamePrefix: x-\n',
      'base/kustomization.yaml': 'resources: [../../base/cm.yaml]\n',
      'base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    };
    assert.match(await build(files, '', { above: 'root' }), /name: x-a\n/);
    await refuses(files, 'RENDER_INVALID', /'\.\.\/\.\.\/base' is no path inside of the source/);
  });

  it('finds circles of bases', async () => {
    await refuses(
      { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' },
      'RENDER_INVALID',
      /cycle detected/,
      'a',
    );
  });

  it('refuses two resources with one id', async () => {
    await refuses(
      { 'kustomization.yaml': 'resources: [a.yaml, b.yaml]\n', 'a.yaml': deployment, 'b.yaml': deployment },
      'RENDER_INVALID',
      /already registered id: Deployment.v1.apps\/web/,
    );
  });
});

describe('a schema of a kustomization', () => {
  it('makes lists of own kinds merge, and stands in place of the built-in one, as in kustomize', async () => {
    const schema = {
      definitions: {
        Thing: {
          properties: {
            spec: {
              properties: {
                items: {
                  type: 'array',
                  'x-kubernetes-patch-strategy': 'merge',
                  'x-kubernetes-patch-merge-key': 'name',
                },
              },
            },
          },
          'x-kubernetes-group-version-kind': [{ group: 'example.org', version: 'v1', kind: 'Thing' }],
        },
      },
    };
    const text = await build({
      'kustomization.yaml': `resources: [a.yaml, web.yaml]
openapi: {path: schema.json}
patches:
- patch: '{apiVersion: example.org/v1, kind: Thing, metadata: {name: t}, spec: {items: [{name: b, v: 2}]}}'
- patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web, image: x}]}}}}'
`,
      'a.yaml':
        'apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {items: [{name: a}, {name: b, w: 1}]}\n',
      'web.yaml': deployment,
      'schema.json': JSON.stringify(schema),
    });
    assert.match(text, /items:\n {2}- name: b\n {4}v: 2\n {4}w: 1\n {2}- name: a\n/);
    assert.match(text, /containers:\n {6}- image: x\n {8}name: web\n(?! {6}-)/);
  });
});
