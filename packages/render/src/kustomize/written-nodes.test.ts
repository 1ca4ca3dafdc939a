// How things were written decides what becomes of them: each text below is what the real kustomize 5.8.1 prints.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, creating, fails, json, over, own, put, thing } from './testing/small-overlays.ts';

describe('a folded block with deeper lines', () => {
  const folded = 'args:\n- >-\n  x\n   y\ntext: >-\n  x\n   y\n';
  const grown = 'args:\n- |-\n  x\n\n   y\n';

  it('gets an empty line where it is printed, once', async () => {
    assert.equal(await build(over('', thing(folded))), `${grown}${thing('text: |-\n  x\n\n   y\n')}`);
    assert.equal(await build(over(own, thing(folded))), `${grown}${thing('text: |-\n  x\n\n   y\n')}`);
  });

  it('is none any more where a JSON patch has been', async () => {
    const patched = json('[{"op": "add", "path": "/extra", "value": 1}]');
    assert.equal(await build(over(patched, thing(folded))), `${grown}extra: 1\n${thing('text: |-\n  x\n\n   y\n')}`);
  });

  it('is none any more where variables are put in', async () => {
    const vars = 'vars: [{name: V, objref: {kind: Thing, name: a}}]\nconfigurations: [c.yaml]\n';
    const files = { ...over(vars, thing(folded)), 'c.yaml': 'varReference: [{path: text}, {path: args}]\n' };
    assert.equal(await build(files), `args:\n- |-\n  x\n   y\n${thing('text: |-\n  x\n   y\n')}`);
  });

  it('stays as it is within brackets and where it takes the place of another text', async () => {
    const patch =
      'patches:\n- patch: |-\n    kind: Thing\n    metadata: {name: a}\n    spec:\n      t: >-\n        x\n         y\n';
    const kept = 't: |-\n    x\n     y\n';
    assert.equal(await build(over(patch, thing('spec: {u: 1}\n'))), thing(`spec:\n  ${kept}  u: 1\n`));
    assert.equal(await build(over(patch, thing('spec:\n  t: z\n'))), thing(`spec:\n  ${kept}`));
  });
});

describe('nothing within brackets', () => {
  const object = thing('spec: {a: null, b: , c: ""}\n');

  it('is printed as an empty text, and null after a JSON patch of its object', async () => {
    assert.equal(await build(over('', object)), thing('spec:\n  a: null\n  b: ""\n  c: ""\n'));
  });

  it('is taken away by a patch of its object', async () => {
    assert.equal(await build(over(own, object)), thing('spec:\n  a: null\n  c: ""\n'));
  });

  it('is a text where a replacement puts it there', async () => {
    const made = put('', 'spec.new', creating);
    assert.equal(await build(over(made, thing('spec: {a: 1}\n'))), thing('spec:\n  a: 1\n  new: ""\n'));
    assert.equal(await build(over(made, thing('spec:\n  a: 1\n'))), thing('spec:\n  a: 1\n  new: null\n'));
  });
});

describe('what has no type of its own', () => {
  it('is read as YAML reads it, and a text once a patch has passed by', async () => {
    const made = put('7', 'size', creating);
    assert.equal(await build(over(made, thing(''))), `${thing('')}size: 7\n`);
    const files = {
      'kustomization.yaml': `resources: [base]\n${own}`,
      'base/kustomization.yaml': `resources: [m.yaml]\n${made}`,
      'base/m.yaml': thing(''),
    };
    assert.equal(await build(files), `${thing('')}size: "7"\n`);
  });

  it('are names that a prefix has made', async () => {
    const named = (name: string) => `kind: Thing\nmetadata:\n  name: ${name}\n`;
    const fields = `namePrefix: x-\n${put('true', 'metadata.name')}`;
    assert.equal(await build(over(fields, named('a'))), named('true'));
    assert.equal(await build(over(fields, named('"a"'))), named('"true"'));
    assert.equal(await build(over(put('true', 'metadata.name'), named('a'))), named('"true"'));
  });

  it('takes the place of a list as YAML reads it', async () => {
    assert.equal(await build(over(put('7', 'size'), thing('size: [1]\n'))), thing('size: 7\n'));
  });

  it('is a timestamp or null where it reads as one', async () => {
    const timed = put('2001-12-14t21:59:43.10-05:00', 'at', creating);
    assert.equal(await build(over(timed, thing(''))), `at: "2001-12-14T21:59:43.1-05:00"\n${thing('')}`);
    assert.equal(await build(over(put('~', 'at', creating), thing(''))), `at: null\n${thing('')}`);
  });
});

describe('texts that YAML 1.1 reads otherwise', () => {
  it('stand in quotes once a patch has put them in, and so does what takes their place', async () => {
    const files = {
      'kustomization.yaml': 'resources: [base]\nreplicas: [{name: a, count: 2}]\n',
      'base/kustomization.yaml':
        "resources: [m.yaml]\npatches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: n}}'}]\n",
      'base/m.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n',
    };
    assert.match(await build(files), /\nspec:\n {2}replicas: "2"\n/);
  });

  it('go by a tag where one is written', async () => {
    const object = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: !!int "5"\n';
    assert.match(await build(over('replicas: [{name: a, count: 2}]\n', object)), /\nspec:\n {2}replicas: 2\n/);
  });
});

describe('keys that are no texts, and keys that stand twice', () => {
  it('are refused where they are printed only', async () => {
    const patches = (spec: string) =>
      `patches: [{patch: '{kind: Thing, metadata: {name: a}, spec: ${spec}}'}, {patch: '{kind: Thing, metadata: {name: a}, spec: null}'}]\n`;
    assert.equal(await build(over(patches('{true: x}'), thing('spec: {u: 1}\n'))), thing(''));
    assert.equal(await build(over(patches('{1: x, "1": y}'), thing('spec: {u: 1}\n'))), thing(''));
    await fails(
      over('', thing('spec: {true: x}\n')),
      /spec\.true of Thing a .*keys must be strings, but !!bool "true"/,
    );
    await fails(over('', thing('spec:\n  u: 1\n  u: 2\n')), /spec\.u of Thing a .*already defined at line 5/);
    const inPlace = "patches: [{patch: '{kind: Thing, metadata: {name: a}, spec: {1: x}}'}]\n";
    await fails(over(inPlace, thing('spec: {u: 1}\n')), /spec\.1 of Thing a .*!!int "1"/);
  });

  it('count once, by what is first, where a patch brings them', async () => {
    const twice = "patches: [{patch: '{kind: Thing, metadata: {name: a}, spec: {u: 2, u: 3}}'}]\n";
    assert.equal(await build(over(twice, thing('spec: {u: 1}\n'))), thing('spec:\n  u: 2\n'));
  });

  it('are refused in an object that a patch passes by where they are empty', async () => {
    await fails(over(own, thing('spec: {"": x}\n')), /a key is empty/);
    assert.equal(await build(over('', thing('spec: {"": x}\n'))), thing('spec:\n  "": x\n'));
  });
});

describe('values of another type', () => {
  it('may be gone by the time they would be printed', async () => {
    const deployment = (replicas: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: ${replicas}\n`;
    const fields =
      'replacements: [{sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]\n';
    const files = {
      'kustomization.yaml': 'resources: [base]\nreplicas: [{name: a, count: 2}]\n',
      'base/kustomization.yaml': `resources: [m.yaml]\n${fields}`,
      'base/m.yaml': deployment('1'),
    };
    assert.equal(await build(files), deployment('2'));
    await fails(over(fields, deployment('1')), /spec\.replicas of Deployment a a text cannot stand where a number is/);
  });

  it('cannot stand where null or a timestamp was', async () => {
    await fails(over(put('x', 'at'), thing('at: null\n')), /a value cannot stand where null is/);
    await fails(over(put('x', 'at'), thing('at: 2001-01-01T00:00:00Z\n')), /a text cannot stand where a timestamp is/);
    assert.equal(await build(over(put('x', 'at'), thing('at: "2001-01-01T00:00:00Z"\n'))), `at: x\n${thing('')}`);
  });

  it('are no texts for variables in lists', async () => {
    const vars = 'vars: [{name: V, objref: {kind: Thing, name: a}}]\nconfigurations: [c.yaml]\n';
    for (const item of ['2001-01-01', '!local x', '1']) {
      const files = { ...over(vars, thing(`args: [${item}]\n`)), 'c.yaml': 'varReference: [{path: args}]\n' };
      await fails(files, /a list of strings/);
    }
  });
});

describe('items of a list', () => {
  const list = (annotations: string) =>
    `kind: ThingList\napiVersion: v1\nitems:\n- kind: Thing\n  metadata:\n    name: a\n    annotations: ${annotations}\n`;

  it('are read from JSON', async () => {
    const annotations = 'annotations:\n    o: "null"\n    s: "1.5e-7"\n';
    assert.equal(
      await build(over('', list('{o: null, s: 1.5e-7}'))),
      `kind: Thing\nmetadata:\n  ${annotations}  name: a\n`,
    );
    await fails(over('', list('{c: "\\x7f"}')), /control characters are not allowed/);
  });
});

describe('control characters that YAML may not hold', () => {
  it('are refused in what a kustomization passes on to its plugins', async () => {
    const refused = /control characters are not allowed/;
    await fails(over('commonAnnotations: {a: "\\x7f"}\n', thing('')), refused);
    await fails(over('configMapGenerator: [{name: b, literals: ["a=\\x80"]}]\n', thing('')), refused);
    const plugin =
      'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {a: "\\x7f"}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n';
    await fails({ ...over('transformers: [t.yaml]\n', thing('')), 't.yaml': plugin }, refused);
    assert.equal(await build(over('generatorOptions: {labels: {a: "\\x7f"}}\n', thing(''))), thing(''));
  });
});

describe('annotations of a build', () => {
  it('are written anew after each transformation that is noted, so that they are no longer held together', async () => {
    const fields = `commonAnnotations: {note: all}\nbuildMetadata: [originAnnotations]\n${put('x', 'metadata.annotations.note').replace('Thing', 'Deployment')}`;
    const text = await build(over(fields, 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n'));
    assert.match(text, /\n {4}note: x\n[^]*\n {8}note: all\n/);
  });

  it('are met by whatever names them as a whole, though only notes are there', async () => {
    const namespace =
      'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: t, namespace: n}\nfieldSpecs: [{path: metadata/annotations}]\n';
    await fails({ ...over('transformers: [t.yaml]\n', thing('')), 't.yaml': namespace }, /must target scalar nodes/);
    const prefix = {
      ...over('namePrefix: x-\nconfigurations: [c.yaml]\n', thing('')),
      'c.yaml': 'namePrefix: [{path: metadata/annotations}]\n',
    };
    await fails(prefix, /holds no scalar/);
  });
});

describe('merged lists with several keys', () => {
  it('hold an element once more for each key that it lacks', async () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n';
    const ports = '  - name: http\n    protocol: TCP\n';
    const admin = '  - name: admin\n    port: 443\n';
    const patch = "patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: a}}'}]\n";
    assert.equal(await build(over(patch, service + ports + admin)), service + ports.repeat(3) + admin);
  });

  it('let an element without one of them take the last that fits', async () => {
    const service = (ports: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: ${ports}\n`;
    const patch = service('[{port: 80}, {port: 80, protocol: UDP}, {port: 80, protocol: TCP}]').replaceAll(
      '\n',
      '\n    ',
    );
    assert.match(
      await build(over(`patches:\n- patch: |-\n    ${patch}`, service('[{port: 443}]'))),
      /\n {2}- port: 80\n {4}protocol: TCP\n {2}- port: 80\n {4}protocol: UDP\n {2}- port: 443\n/,
    );
  });
});

describe('a text that a patch puts in where JSON was', () => {
  it('does not stand in quotes, so that a number takes its place as a number', async () => {
    const merged = (value: string): string => `- patch: '{kind: Thing, metadata: {name: a}, spec: {q: ${value}}}'\n`;
    const patches = `patches:\n- patch: '[{"op": "add", "path": "/metadata/annotations"}]'\n  target: {kind: Thing}\n`;
    for (const text of ['x', '2001-01-01T00:00:00Z'])
      assert.match(await build(over(patches + merged(text) + merged('2'), thing('spec: {m: 1}\n'))), /\n {2}q: 2\n/);
  });
});

describe('what is no number', () => {
  it('is a text where one in quotes stood', async () => {
    const patch = "patches: [{patch: '{kind: Thing, metadata: {name: a}, q: .nan}'}]\n";
    assert.equal(await build(over(patch, thing('q: "x"\n'))), thing('q: .nan\n').replace('.nan', '".nan"'));
  });
});

describe('a null behind a tag', () => {
  it('stays null within brackets, and goes with a patch', async () => {
    const text = thing('spec: {e: !!null "", m: 1}\n');
    assert.equal(await build(over('', text)), thing('spec:\n  e: null\n  m: 1\n'));
    assert.equal(await build(over(own, text)), thing('spec:\n  m: 1\n'));
  });
});

describe('what was put in without a type', () => {
  it('stays that where a patch names the field, and gets its quotes where a patch passes by', async () => {
    const role = (rest: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: a\n${rest}`;
    const files = (rest: string) => ({
      'kustomization.yaml': 'resources: [b]\npatches: [{path: p.yaml}]\n',
      'p.yaml': role(rest),
      'b/kustomization.yaml': `resources: [m.yaml]\nreplacements: [{sourceValue: "true", targets: [{select: {name: a}, fieldPaths: [x, metadata.namespace]${creating}}]}]\n`,
      'b/m.yaml': role(''),
    });
    assert.match(await build(files('  namespace: prod\nx: y\n')), /namespace: true\nx: "y"\n/);
    assert.match(await build(files('')), /namespace: "true"\nx: "true"\n/);
  });

  it('keeps how it was written in copies of what holds it', async () => {
    const text = thing('spec:\n  nested: {c: , d: ""}\n');
    const copies = `replacements: [{source: {kind: Thing, name: a, fieldPath: spec}, targets: [{select: {kind: Thing}, fieldPaths: [extra]${creating}}]}]\n`;
    assert.match(await build(over(copies, text)), /extra:\n {2}nested:\n {4}c: ""\n/);
  });
});

describe('what is empty before a patch', () => {
  it('stands in brackets afterwards only where the patch does', async () => {
    const files = (patch: string) => ({
      ...over('patches: [{path: p.yaml}]\n', thing('spec: {}\n')),
      'p.yaml': thing(`spec:${patch}\n`),
    });
    assert.match(await build(files('\n  c:\n  - name: x\n    env:')), /env: null/);
    assert.match(await build(files(' {c: [{name: x, env: }]}')), /env: ""/);
  });
});

describe('what is empty after a JSON patch', () => {
  it('stands in brackets, so that nothing in it is an empty text', async () => {
    const files = (spec: string) =>
      over(json('[{"op": "add", "path": "/metadata/labels"}]') + put('', 'spec.q', creating), thing(`spec: ${spec}\n`));
    assert.match(await build(files('{}')), /\n {2}q: ""\n/);
    assert.match(await build(files('{a: b}')), /\n {2}q: null\n/);
  });
});
