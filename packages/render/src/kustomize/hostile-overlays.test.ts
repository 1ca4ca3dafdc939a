import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { DEFAULT_RENDER_LIMITS, type RenderLimits } from '../limits.ts';
import { buildKustomization } from './build.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function build(files: Files, limits: Partial<RenderLimits> = {}): Promise<string> {
  const resources = await buildKustomization(memoryTree(files), '', {
    order: 'legacy',
    limits: { ...DEFAULT_RENDER_LIMITS, ...limits },
  });
  return stringifyAll(resources.map(({ object }) => object));
}

/** A build must end with one of our own errors; gives its code and its message. */
async function refusal(files: Files, limits: Partial<RenderLimits> = {}): Promise<string> {
  try {
    const text = await build(files, limits);
    return assert.fail(`built: ${text.slice(0, 200)}`);
  } catch (error) {
    if (!isCapstanError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const object =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: "1"}, annotations: {x: "1"}}\ndata: {x: "1"}\n';
const patchOf = (patch: string) =>
  `resources: [m.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: ${JSON.stringify(patch)}\n`;
const DEEP = 100_000;

describe('an overlay with keys that mean something to JavaScript', () => {
  const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  const unchanged = () => {
    assert.deepEqual(
      Object.getOwnPropertyNames(Object.prototype).filter((name) => /polluted|^x$/.test(name)),
      [],
    );
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  };

  it('keeps them in objects, labels, annotations, data and what is generated', async () => {
    for (const key of keys) {
      const text = await build({
        'kustomization.yaml': `resources: [m.yaml]\ncommonLabels: {${key}: polluted}\ncommonAnnotations: {${key}: polluted}\nlabels: [{pairs: {${key}: polluted}}]\nconfigMapGenerator: [{name: g, literals: [${key}=polluted], options: {disableNameSuffixHash: true, labels: {${key}: polluted}}}]\n`,
        'm.yaml': `${object}${key}: {polluted: yes}\n`,
      });
      const expected = `    ${key}: polluted\n`;
      assert.equal(text.split(expected).length - 1, 4, text);
      assert.match(text, new RegExp(`data:\\n {2}${key}: polluted\\n`));
      assert.match(text, new RegExp(`^${key}:\\n {2}polluted: "yes"\\n`, 'm'));
      unchanged();
    }
  });

  it('changes what patches, replacements and field specs name by them, and nothing else', async () => {
    for (const key of keys) {
      const files = { 'm.yaml': object };
      const merged = await build({
        ...files,
        'kustomization.yaml': patchOf(
          `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {${key}: {polluted: p}}}`,
        ),
      });
      assert.match(merged, new RegExp(`data:\\n {2}${key}:\\n {4}polluted: p\\n`));
      const operation = JSON.stringify([{ op: 'add', path: `/data/${key}`, value: { polluted: 'p' } }]);
      assert.equal(await build({ ...files, 'kustomization.yaml': patchOf(operation) }), merged);
      const replaced = await build({
        ...files,
        'kustomization.yaml': `resources: [m.yaml]\nreplacements:\n- sourceValue: p\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.${key}.polluted], options: {create: true}}]\n`,
      });
      assert.equal(replaced, merged);
      const configured = await build({
        ...files,
        'kustomization.yaml': 'resources: [m.yaml]\nnamePrefix: p\nconfigurations: [c.yaml]\n',
        'c.yaml': `namePrefix: [{path: data/${key}/polluted, create: true}]\n`,
      });
      assert.match(configured, new RegExp(`data:\\n {2}${key}:\\n {4}polluted: p\\n`));
      unchanged();
    }
  });

  it('reads them as names of kinds, variables, definitions and schemas, as any others', async () => {
    for (const key of keys) {
      const definition = { properties: { [key]: { properties: { polluted: {} } } } };
      const files = {
        'kustomization.yaml': `resources: [m.yaml]\nopenapi: {path: s.json}\ncrds: [c.json]\nvars: [{name: ${key}, objref: {kind: ${key}, name: ${key}}}]\npatches:\n- patch: '{kind: ${key}, metadata: {name: ${key}}, ${key}: [{name: n, polluted: p}]}'\n`,
        'm.yaml': `kind: ${key}\nmetadata: {name: ${key}, annotations: {a: $(${key})}}\n${key}: [{name: n}]\n`,
        's.json': `{"definitions": {"${key}": ${JSON.stringify(definition)}}}`,
        'c.json': `{"${key}": {"Schema": {"properties": {"kind": {}, "apiVersion": {}, "metadata": {}, "${key}": {"$ref": "${key}"}}}}}`,
      };
      assert.match(await build(files), new RegExp(`a: ${key}\\n`));
      unchanged();
    }
  });

  it('refuses them as fields of a kustomization', async () => {
    for (const key of keys) {
      assert.match(await refusal({ 'kustomization.yaml': `${key}: {polluted: p}\nresources: []\n` }), /unknown field/);
      assert.match(
        await refusal({ 'kustomization.yaml': `generatorOptions: {${key}: {polluted: p}}\n` }),
        /unknown field/,
      );
      unchanged();
    }
  });
});

describe('an overlay that nests without end', () => {
  const flow = `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;
  const json = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;
  const block = Array.from({ length: 3_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n');
  const dashes = `${'- '.repeat(DEEP)}x`;

  it('is refused with a place, wherever the nesting stands', async () => {
    for (const deep of [flow, json, block, dashes]) {
      const indented = deep === block ? deep.replaceAll('\n', '\n  ') : deep;
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx:\n  ${indented}\n`;
      const codes = /^(RENDER_INVALID|RENDER_LIMIT|YAML_LIMIT|YAML_INVALID): .*(deep|nest)/;
      assert.match(await refusal({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': text }), codes);
      assert.match(await refusal({ 'kustomization.yaml': `resources:\n  ${indented}\n` }), codes);
      const files = { 'm.yaml': object, 'deep.yaml': text };
      assert.match(
        await refusal({ ...files, 'kustomization.yaml': 'resources: [m.yaml]\npatches: [{path: deep.yaml}]\n' }),
        codes,
      );
      for (const field of [
        'configurations: [deep.yaml]',
        'crds: [deep.yaml]',
        'replacements: [{path: deep.yaml}]',
        'transformers: [deep.yaml]',
      ]) {
        assert.match(
          await refusal({ ...files, 'kustomization.yaml': `resources: [m.yaml]\n${field}\n` }),
          codes,
          field,
        );
      }
    }
  });

  it('is refused in operations of a JSON patch', async () => {
    const patch = `[{"op": "add", "path": "/x", "value": ${json}}]`;
    assert.match(await refusal({ 'm.yaml': object, 'kustomization.yaml': patchOf(patch) }), /^RENDER_INVALID: /);
    const pointer = `[{"op": "add", "path": "${'/a'.repeat(DEEP)}", "value": 1}]`;
    assert.match(await refusal({ 'm.yaml': object, 'kustomization.yaml': patchOf(pointer) }), /^RENDER_INVALID: /);
  });

  it('is refused in paths that would make what they name', async () => {
    const target = (path: string) =>
      `resources: [m.yaml]\nreplacements:\n- sourceValue: p\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [x${path}], options: {create: true}}]\n`;
    const files = { 'm.yaml': object };
    assert.match(
      await refusal({ ...files, 'kustomization.yaml': target('.a'.repeat(DEEP)) }),
      /^RENDER_(INVALID|LIMIT): /,
    );
    const spec = `namePrefix: [{path: "x${'/a'.repeat(DEEP)}", create: true}]\n`;
    const kustomization = 'resources: [m.yaml]\nnamePrefix: p\nconfigurations: [c.yaml]\n';
    assert.match(
      await refusal({ ...files, 'kustomization.yaml': kustomization, 'c.yaml': spec }),
      /^RENDER_(INVALID|LIMIT): /,
    );
  });

  it('is refused where kustomizations stand on themselves, components too', async () => {
    const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n';
    assert.match(
      await refusal({
        'kustomization.yaml': 'components: [c]\n',
        'c/kustomization.yaml': `${component}components: [../c]\n`,
      }),
      /c\/kustomization\.yaml: cycle detected/,
    );
    assert.match(
      await refusal({
        'kustomization.yaml': 'components: [c]\n',
        'c/kustomization.yaml': `${component}components: [../d]\n`,
        'd/kustomization.yaml': `${component}components: [../c]\n`,
      }),
      /d\/kustomization\.yaml: cycle detected/,
    );
  });
});

describe('an overlay that grows without end', () => {
  const limits = { maxBytes: 2 * 1024 * 1024 };

  it('is bounded where generators take one file again and again', async () => {
    const files = Array.from({ length: 1_000 }, (_, at) => `k${at}=big.txt`).join(', ');
    const kustomization = `configMapGenerator: [{name: g, files: [${files}]}]\n`;
    assert.match(
      await refusal({ 'kustomization.yaml': kustomization, 'big.txt': 'x'.repeat(100_000) }, limits),
      /^RENDER_LIMIT: /,
    );
  });

  it('is bounded where replacements double a text', async () => {
    const double =
      '- source: {kind: ConfigMap, fieldPath: data.x}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x], options: {delimiter: ",", index: 9}}]\n';
    const kustomization = `resources: [m.yaml]\nreplacements:\n${double.repeat(64)}`;
    assert.match(
      await refusal({ 'kustomization.yaml': kustomization, 'm.yaml': object }, limits),
      /^RENDER_LIMIT: .*replacement/,
    );
  });

  it('is bounded where variables stand a million times', async () => {
    const kustomization =
      'resources: [m.yaml]\nvars: [{name: A, objref: {kind: ConfigMap, apiVersion: v1, name: a}, fieldref: {fieldPath: data.big}}]\n';
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations: {x: "${'$(A)'.repeat(50_000)}"}\ndata: {big: "${'y'.repeat(50_000)}"}\n`;
    assert.match(
      await refusal({ 'kustomization.yaml': kustomization, 'm.yaml': map }, limits),
      /^RENDER_LIMIT: .*variable/,
    );
  });

  it('is bounded where JSON patches copy an object into itself', async () => {
    const copies = '- target: {kind: ConfigMap}\n  patch: \'[{"op": "copy", "from": "/data", "path": "/data/x"}]\'\n';
    const wide = copies.replace('/data/x', '/data/-').replaceAll('/data', '/list');
    const many = `resources: [m.yaml]\npatches:\n${wide.repeat(64)}`;
    assert.match(
      await refusal({ 'kustomization.yaml': many, 'm.yaml': `${object}list: [1, 2]\n` }, limits),
      /^RENDER_(LIMIT|INVALID): /,
    );
  });

  it('is read where it is merely large: many documents, one long line', async () => {
    const empty = '---\n'.repeat(20_000);
    assert.equal(
      await build({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': `${empty}${object}` }),
      await build({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': object }),
    );
    const long = `${object}long: ${'x'.repeat(500_000)}\n`;
    assert.match(await build({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': long }), /long: x{500000}\n/);
  });
});

describe('an overlay with expressions and bytes meant to do harm', () => {
  const name = 'a'.repeat(5_000);
  const files = { 'm.yaml': `kind: Thing\nmetadata: {name: ${name}, labels: {l: b}}\nlist: [{name: ${name}}]\n` };

  it('ends soon for expressions that take others for ever, and refuses those that are too large', async () => {
    const evil = '(a+)+b';
    const target = (pattern: string) =>
      `resources: [m.yaml]\npatches: [{target: {name: "${pattern}", kind: "${pattern}", namespace: "${pattern}"}, patch: '[{"op": "remove", "path": "/x"}]'}]\nimages: [{name: "${pattern}", newTag: x}]\n`;
    assert.match(await build({ ...files, 'kustomization.yaml': target(evil) }), /^kind: Thing\n/);
    const path = `resources: [m.yaml]\nreplacements:\n- sourceValue: p\n  targets: [{select: {name: "${evil}|a+"}, fieldPaths: ["list.[name=${evil}].x"]}]\n`;
    assert.match(await refusal({ ...files, 'kustomization.yaml': path }), /unable to find field "list\.\[name=/);
    const large = '((a{100}){100}){100}';
    assert.match(
      await refusal({ ...files, 'kustomization.yaml': target(large) }),
      /^RENDER_INVALID: .*not a regular expression/,
    );
  });

  it('is refused where bytes are no UTF-8, but for what generators take as bytes', async () => {
    const bytes = Uint8Array.of(0x6b, 0x3a, 0x20, 0xff, 0xfe, 0x0a);
    const kustomizations = [
      'resources: [b]',
      'patches: [{path: b}]',
      'patchesStrategicMerge: [b]',
      'replacements: [{path: b}]',
      'configurations: [b]',
      'crds: [b]',
      'configMapGenerator: [{name: g, envs: [b]}]',
    ];
    for (const kustomization of kustomizations) {
      assert.match(
        await refusal({ 'kustomization.yaml': `${kustomization}\n`, b: bytes }),
        /^RENDER_INVALID: .*\bb\b.*UTF-8/,
        kustomization,
      );
    }
    assert.match(await refusal({ 'kustomization.yaml': bytes }), /^RENDER_INVALID: .*kustomization\.yaml.*UTF-8/);
    assert.match(
      await build({ 'kustomization.yaml': 'configMapGenerator: [{name: g, files: [b]}]\n', b: bytes }),
      /binaryData:\n {2}b: azog/,
    );
  });
});
