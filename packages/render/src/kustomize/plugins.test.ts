import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError, type ErrorCode } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { buildKustomization } from './build.ts';

const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n';

async function build(kustomization: string, files: Record<string, string> = {}): Promise<string> {
  const tree = memoryTree({
    'pod.yaml': pod,
    ...files,
    'kustomization.yaml': `resources: [pod.yaml]\n${kustomization}`,
  });
  const resources = await buildKustomization(tree, '', { order: 'input' });
  return stringifyAll(resources.map(({ object }) => object));
}

const fails = (promise: Promise<unknown>, code: ErrorCode, text: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(isCapstanError(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  });

const inline = (field: string, config: string) => `${field}:\n- |-\n  ${config.replaceAll('\n', '\n  ')}\n`;
const builtin = (kind: string, rest: string) => `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: p}\n${rest}`;
const labelled = (rest: string) =>
  builtin('LabelTransformer', `fieldSpecs: [{path: metadata/labels, create: true}]\n${rest}`);

describe('the configuration of a built-in plugin', () => {
  it('takes scalars for texts, keys of any case and fields that nobody knows', async () => {
    const text = await build(inline('transformers', labelled('LABELS: {a: 1, b: true, c: 1.5, d: null}\nmore: [x]')));
    assert.match(text, /labels:\n {4}a: "1"\n {4}b: "true"\n {4}c: "1.5"\n {4}d: ""\n/);
  });

  it('is read with regard to case for prefixes and suffixes, which are nothing without fields', async () => {
    const affix = (kind: string, specs: string) =>
      build(inline('transformers', builtin(kind, `prefix: 12\nsuffix: -s\n${specs}: [{path: metadata/name}]`)));
    assert.match(await affix('PrefixTransformer', 'fieldSpecs'), /name: 12web\n/);
    assert.match(await affix('PrefixSuffixTransformer', 'fieldSpecs'), /name: 12web-s\n/);
    await fails(affix('SuffixTransformer', 'FieldSpecs'), 'RENDER_INVALID', /fieldSpecs is not expected to be nil/);
  });

  it('is refused where a value does not fit', async () => {
    for (const config of [
      labelled('labels: [a]'),
      builtin('ReplicaCountTransformer', 'replica: {name: web, count: "3"}'),
      builtin('PatchTransformer', 'patch: [a]'),
      builtin('NamespaceTransformer', 'unsetOnly: "yes"'),
    ])
      await fails(build(inline('transformers', config)), 'RENDER_INVALID', /cannot unmarshal/);
  });

  it('may stand in a file, together with targets or replacements in files of their own', async () => {
    const files = {
      'replace.yaml': builtin('ReplacementTransformer', 'replacements: [{path: list.yaml}]'),
      'list.yaml':
        '- source: {kind: Pod, fieldPath: metadata.name}\n  unknown: 1\n  targets: [{select: {kind: Pod}, fieldPaths: [metadata.labels.of], options: {create: true}}]\n',
    };
    assert.match(await build('transformers: [replace.yaml]\n', files), /labels:\n {4}of: web\n/);
  });
});

describe('a validator', () => {
  it('may add the label that says so, and nothing else', async () => {
    const labels = (text: string) => build(inline('validators', labelled(`labels: {${text}}`)));
    assert.match(await labels('validated-by: me'), /labels:\n {4}validated-by: me\n/);
    await fails(
      labels('a: b'),
      'RENDER_INVALID',
      /validator shouldn't modify the resource map: LabelTransformer 'p' has changed/,
    );
    await fails(labels('validated-by: me, a: b'), 'RENDER_INVALID', /has changed/);
  });

  it('passes where it finds nothing to change', async () => {
    const other = builtin('PatchTransformer', 'target: {kind: Service}\npatch: |\n  - {op: remove, path: /spec}');
    assert.equal(await build(inline('validators', other)), pod);
  });
});

describe('a plugin that would run something', () => {
  const mine = 'apiVersion: example.org/v1\nkind: Mine\nmetadata:\n  name: m\n';
  const annotated = (name: string, text: string) => `${mine}  annotations:\n    ${name}: ${JSON.stringify(text)}\n`;
  const cases: readonly (readonly [string, RegExp])[] = [
    [mine, /a program or a Go plugin that kustomize finds by this name/],
    [annotated('config.kubernetes.io/function', 'exec: {path: ./run.sh}'), /the program .\/run.sh/],
    [
      annotated('config.k8s.io/function', 'container: {image: example.org/fn:v1}'),
      /the container image example.org\/fn:v1/,
    ],
    [annotated('config.kubernetes.io/container', 'example.org/old:v1'), /the container image example.org\/old:v1/],
    [annotated('config.kubernetes.io/function', 'starlark: {path: a.star, name: a}'), /a Starlark script/],
    [annotated('config.kubernetes.io/function', '{'), /a function/],
    [`${mine}  configFn: {container: {image: example.org/fn:v2}}\n`, /the container image example.org\/fn:v2/],
  ];

  for (const role of ['generator', 'transformer', 'validator'])
    it(`is refused as a ${role}, in a file, in a folder and inline`, async () => {
      for (const [config, what] of cases) {
        const says = new RegExp(
          `kustomization.yaml: the ${role} example.org/v1/Mine 'm' would run ${what.source}, which Capstan never does`,
        );
        await fails(build(inline(`${role}s`, config)), 'RENDER_EXEC_REFUSED', says);
        await fails(build(`${role}s: [run.yaml]\n`, { 'run.yaml': config }), 'RENDER_EXEC_REFUSED', says);
        const folder = { 'run/kustomization.yaml': 'resources: [run.yaml]\n', 'run/run.yaml': config };
        await fails(build(`${role}s: [run]\n`, folder), 'RENDER_EXEC_REFUSED', says);
      }
    });

  it('is refused in a base and in a component, too', async () => {
    for (const [field, kind] of [
      ['resources', 'kind: Kustomization\n'],
      ['components', 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n'],
    ]) {
      const files = { 'b/kustomization.yaml': `${kind}transformers: [m.yaml]\n`, 'b/m.yaml': mine };
      const tree = memoryTree({ ...files, 'kustomization.yaml': `${field}: [b]\n` });
      await fails(buildKustomization(tree, '', { order: 'input' }), 'RENDER_EXEC_REFUSED', /^b\/kustomization.yaml/);
    }
  });
});
