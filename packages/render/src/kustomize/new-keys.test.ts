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
