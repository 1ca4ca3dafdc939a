// What random overlays brought to light; each text is what the real kustomize 5.8.1 prints, and refuses what is refused here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, fails, over, own, put, thing } from './testing/small-overlays.ts';

describe('a number', () => {
  const replaced = (number: string, by: string) => over(put(by, 'spec.size'), thing(`spec: {size: ${number}}\n`));

  it('that is an integer takes no float, and a float takes an integer', async () => {
    await fails(replaced('1', '2.5'), /cannot stand where a number is/);
    await fails(replaced('1', '1e3'), /cannot stand where a number is/);
    assert.match(await build(replaced('2.5', '1')), /size: 1\n/);
    assert.match(await build(replaced('1.0', '2.5')), /size: 2\.5\n/);
  });

  it('is still to come where a text has taken its place in between', async () => {
    const twice = (last: string) =>
      `replacements: [{sourceValue: a, targets: [{select: {kind: Thing}, fieldPaths: [spec.size]}]}, {sourceValue: '${last}', targets: [{select: {kind: Thing}, fieldPaths: [spec.size]}]}]\n`;
    await fails(over(twice('b'), thing('spec: {size: 1}\n')), /cannot stand where a number is/);
    assert.match(await build(over(twice('7'), thing('spec: {size: 1}\n'))), /size: 7\n/);
  });
});

describe('what is for local use only', () => {
  it('goes although another object has its name by now, in a namespace that is written', async () => {
    const pods =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations: {config.kubernetes.io/local-config: "yes"}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: default}\n';
    const renamed = "replacements: [{sourceValue: c, targets: [{select: {name: ''}}]}]\n";
    assert.equal(
      await build(over(renamed, pods)),
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: c\n  namespace: default\n',
    );
    await fails(over(renamed, pods.replace(', namespace: default', '')), /registered id/);
  });
});

describe('a schema that a base names', () => {
  it('tells of the kinds of bases that were read before', async () => {
    const gvk = '{group: example.com, version: v1, kind: Widget}';
    const files = {
      'kustomization.yaml': 'resources: [a, b]\nnamespace: other\n',
      'a/kustomization.yaml': 'resources: [m.yaml]\n',
      'a/m.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n',
      'b/kustomization.yaml': 'openapi: {path: schema.json}\n',
      'b/schema.json': `paths: {/apis/example.com/Widget: {get: {x-kubernetes-group-version-kind: ${gvk}}}}\n`,
    };
    assert.equal(await build(files), files['a/m.yaml']);
  });
});

describe('labels that are a list', () => {
  const selected =
    "replacements: [{sourceValue: z, targets: [{select: {labelSelector: 'a=b'}, fieldPaths: [spec.size], options: {create: true}}]}]\n";
  const labelled = (labels: string) => `kind: Thing\nmetadata:\n  labels: ${labels}\n  name: a\n`;

  it('are keys and values in turn, and refused with an odd end', async () => {
    assert.match(await build(over(selected, labelled('\n  - a\n  - b'))), /size: z\n/);
    await fails(over(selected, labelled('[a]')), /are a list/);
  });
});

describe('a key that stands twice, first with nothing', () => {
  it('has the second value once the object is patched', async () => {
    const twice = thing('spec:\n  size:\n  size:\n    path: /\n');
    assert.equal(await build(over(own, twice)), thing('spec:\n  size:\n    path: /\n'));
    await fails(over('', twice), /already defined/);
    await fails(
      over("patches: [{patch: '{kind: Thing, metadata: {name: a}, spec: {size: 1}}'}]\n", twice),
      /already defined/,
    );
  });
});

describe('labels that stand twice in a patch with a target', () => {
  it('are those that stand first, put into the second ones', async () => {
    const files = (labels: string) => ({
      ...over('patches: [{path: p.yaml, target: {kind: Thing}}]\n', labelled('\n    x: z')),
      'p.yaml': `kind: Thing\nmetadata:\n  name: a\n${labels}`,
    });
    const labelled = (labels: string) => `apiVersion: v1\nkind: Thing\nmetadata:\n  labels:${labels}\n  name: a\n`;
    const bare = labelled('').replace('  labels:\n', '');
    assert.equal(await build(files('  labels:\n  labels:\n')), bare);
    assert.equal(await build(files('  labels: {b: c}\n  labels:\n')), bare);
    assert.equal(
      await build(files('  labels: {b: c}\n  labels: {d: e}\n')),
      labelled('\n    b: c\n    d: e\n    x: z'),
    );
  });
});

describe('a control character', () => {
  it('that a JSON patch passes by may be replaced', async () => {
    const patch = '[{"op": "add", "path": "/x", "value": 1}]';
    const fields = `patches: [{patch: '${patch}', target: {kind: Thing}}]\n${put('7', 'spec.size')}`;
    assert.match(await build(over(fields, thing('spec: {size: "\\x7f"}\n'))), /size: "7"\n/);
  });
});

describe('a null in a list that merges by keys', () => {
  const pod = (ports: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    ports:${ports}\n`;
  const bare = pod('').replace('    ports:\n', '');
  const patched = (ports: string) => ({ ...over('patches: [{path: p.yaml}]\n', bare), 'p.yaml': pod(ports) });

  it('takes out the others where it is taken for one of them, and is taken out where it is not', async () => {
    assert.equal(await build(patched(' [{containerPort: 443}, null]')), pod(' []'));
    assert.equal(
      await build(patched(' [{containerPort: 443, protocol: UDP}, null]')),
      pod('\n    - containerPort: 443\n      protocol: UDP'),
    );
  });

  it('is refused where it is a text', async () => {
    await fails(patched(' [{containerPort: 443}, x]'), /holds no mapping/);
  });
});

describe('a name that reads as a number', () => {
  it('keeps its quotes under a JSON patch and a merge that would name it otherwise', async () => {
    const json = '[{"op": "add", "path": "/x", "value": 1}]';
    const merge = '{kind: Other, metadata: {name: other}}';
    const fields = `patches: [{patch: '${json}', target: {kind: Thing}}, {patch: '${merge}', target: {kind: Thing}}]\n`;
    assert.match(await build(over(fields, 'apiVersion: v1\nkind: Thing\nmetadata: {name: "1e3"}\n')), /name: "1e3"\n/);
  });
});
