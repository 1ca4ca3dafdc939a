// Each text below is what the real kustomize 5.8.1 prints, and refuses what is refused here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, fails, over } from './testing/small-overlays.ts';

const config = (rest: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n${rest}`;
const generator = (literal: string) => ({
  'kustomization.yaml': `configMapGenerator: [{name: app, literals: ['${literal}']}]\n`,
});

describe('a key that is put in without quotes', () => {
  it('is refused where it reads as something else', async () => {
    for (const key of ['1', 'true', '1_0', '2001-01-01', '1.5']) {
      await fails(generator(`${key}=x`), /keys must be strings/);
      await fails(over(`commonLabels: {"${key}": x}\n`, config('')), /keys must be strings/);
    }
    await fails({ 'kustomization.yaml': 'secretGenerator: [{name: s, literals: [null=x]}]\n' }, /reads as null/);
    await fails(over('generatorOptions: {labels: {"1": x}}\nconfigMapGenerator: [{name: b}]\n', config('')), /as int/);
    const options = 'options: {create: true}';
    const target = `{select: {kind: ConfigMap}, fieldPaths: [data.true], ${options}}`;
    await fails(over(`replacements: [{sourceValue: x, targets: [${target}]}]\n`, config('')), /as bool/);
  });

  it('is refused where kustomize writes the keys of an object anew', async () => {
    const annotated = config('').replace('app}', 'app, annotations: {"1": x}, labels: {"2": x}}');
    await fails(over('', annotated), /annotations\.1 .* reads as int/);
    const merged = "configMapGenerator: [{name: app, behavior: merge, literals: ['a=b']}]\n";
    await fails(over(merged, config('data: {"1": x}\n')), /data\.1 .* reads as int/);
    assert.match(await build(over('', config('data: {"1": x}\n').replace('app}', 'app, labels: {"2": x}}'))), /"2": x/);
  });

  it('may be a word that only YAML 1.1 reads otherwise, and a number with two dots', async () => {
    assert.match(await build(generator('on=1')), /"on": "1"/);
    assert.match(await build(generator('1.2.3=1')), /1\.2\.3: "1"/);
  });
});

describe('a text of several lines that a generator has made', () => {
  it('makes a text of what a patch puts in its place', async () => {
    const patch =
      "patches: [{patch: '{kind: ConfigMap, metadata: {name: app}, data: {f: 1.0}}', target: {name: app}}]\n";
    const files = { 'kustomization.yaml': `configMapGenerator: [{name: app, files: [f]}]\n${patch}` };
    assert.match(await build({ ...files, f: 'a\nb' }), /f: "1\.0"\n/);
    assert.match(await build({ ...files, f: 'a' }), /f: 1\n/);
  });
});

describe('a text that kustomize puts where nothing was', () => {
  const patched = (base: string, value: string, field = 'labels') => ({
    'kustomization.yaml': 'resources: [b]\npatches: [{path: p.yaml}]\n',
    'p.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n${field}: {k: ${value}}\n`.replace(
      /name: app\}\nlabels: (.*)\n/,
      'name: app, labels: $1}\n',
    ),
    'b/kustomization.yaml': base,
    'b/r.yaml': config(''),
  });

  it('makes a text of what takes its place, where YAML 1.1 reads it otherwise', async () => {
    for (const old of ['80', '1.5', 'yes', '[]']) {
      assert.match(await build(patched(`resources: [r.yaml]\ncommonLabels: {k: "${old}"}\n`, '.5')), /k: "\.5"\n/);
      const options = '{disableNameSuffixHash: true}';
      const generated = `configMapGenerator: [{name: app, literals: ["k=${old}"], options: ${options}}]\n`;
      assert.match(await build(patched(generated, '8080', 'data')), /k: "8080"\n/);
    }
    assert.match(await build(patched('resources: [r.yaml]\ncommonLabels: {k: x}\n', '.5')), /k: 0\.5\n/);
  });

  it('is a text for good where a generator has it for a label', async () => {
    const generated =
      'generatorOptions: {disableNameSuffixHash: true, labels: {k: x}}\nconfigMapGenerator: [{name: app}]\n';
    assert.match(await build(patched(generated, '8080')), /k: "8080"\n/);
  });
});

describe('the field of a variable', () => {
  it('may be picked from a list by the name of an element, or by its index', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x, args: [$(V)]}]}\n';
    const field = (path: string) =>
      over(`vars: [{name: V, objref: {kind: Pod, name: p, apiVersion: v1}, fieldref: {fieldPath: "${path}"}}]\n`, pod);
    assert.match(await build(field('spec.containers.[name=c].image')), /- args:\n {4}- x\n/);
    assert.match(await build(field('spec.containers[0].image')), /- args:\n {4}- x\n/);
    await fails(field('spec.containers[1].image'), /not found/);
  });
});
