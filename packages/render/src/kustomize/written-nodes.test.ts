// How things were written decides what becomes of them: each text below is what the real kustomize 5.8.1 prints.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { stringifyAll } from '@capstan/yaml';
import { buildKustomization } from './build.ts';

type Files = Readonly<Record<string, string>>;

async function build(files: Files): Promise<string> {
  const resources = await buildKustomization(memoryTree(files), '', { order: 'legacy' });
  return stringifyAll(resources.map(({ object }) => object));
}

async function fails(files: Files, message: RegExp): Promise<void> {
  await assert.rejects(build(files), (error) => isCapstanError(error, 'RENDER_INVALID') && message.test(error.message));
}

const thing = (rest: string) => `kind: Thing\nmetadata:\n  name: a\n${rest}`;
const own = "patches: [{patch: '{kind: Thing, metadata: {name: a}}'}]\n";
const json = (operations: string) => `patches: [{patch: '${operations}', target: {kind: Thing}}]\n`;
const put = (value: string, path: string, options = '') =>
  `replacements: [{sourceValue: '${value}', targets: [{select: {kind: Thing}, fieldPaths: [${path}]${options}}]}]\n`;
const creating = ', options: {create: true}';
const over = (fields: string, object: string) => ({
  'kustomization.yaml': `resources: [m.yaml]\n${fields}`,
  'm.yaml': object,
});

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

describe('fields of pairs that are null', () => {
  const spec = (create: boolean): string =>
    `configurations: [c.yaml]\ncommonLabels: {a: b}\n|commonLabels: [{path: spec/size, create: ${create}}]\n`;

  it('stay so where they are not made, and become mappings where they are', async () => {
    for (const create of [false, true]) {
      const [fields = '', config = ''] = spec(create).split('|');
      const text = await build({ ...over(fields, thing('spec: {size: Null}\n')), 'c.yaml': config });
      assert.match(text, create ? /size:\n {4}a: b\n/ : /size: null\n/);
    }
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

describe('images', () => {
  const images = (containers: string): string => thing(`spec:\n  containers: ${containers}\n`);
  const changes = 'images: [{name: "5"}, {name: "null", newName: q}, {name: t, newName: "15"}]\n';

  it('are what their new text reads as, unless they stand in quotes', async () => {
    const text = await build(
      over(changes, images('[{image: t}, {image: "t"}, {image: 5}, {image: "5"}, {image: null}]')),
    );
    assert.equal(
      text,
      images('\n  - image: 15\n  - image: "15"\n  - image: 5\n  - image: "5"\n  - image: q').replace(': \n', ':\n'),
    );
  });

  it('have no type once they were looked at: what empties them makes them null', async () => {
    const emptied =
      "replacements: [{sourceValue: '', targets: [{select: {kind: Thing}, fieldPaths: [spec.containers.*.image]}]}]\n";
    const text = await build({
      ...over(emptied, ''),
      'kustomization.yaml': `resources: [b]\n${emptied}`,
      'b/kustomization.yaml': 'resources: [m.yaml]\nimages: [{name: a}]\n',
      'b/m.yaml': images('\n  - image: a\n  - image: c'),
    });
    assert.match(text, /image: null\n {2}- image: ""\n/);
  });

  it('are refused in containers that hold none', async () => {
    await fails(over(changes, images('["x"]')), /must be a mapping/);
    await fails(over(changes, images('[{image: {a: b}}]')), /must hold/);
    assert.equal(await build(over(changes, images('[null]'))), images('\n  - null').replace(': \n', ':\n'));
  });
});

describe('references by name', () => {
  it('become numbers where the new name is one and they do not stand in quotes', async () => {
    const files = over(
      'namePrefix: "1"\n',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "5"}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n  - configMap: {name: "5"}\n  - configMap: {name: !!str 5}\n',
    );
    assert.match(await build(files), /- configMap:\n {6}name: "15"\n {2}- configMap:\n {6}name: 15\n/);
    const binding = (name: string) =>
      over(
        'namePrefix: "1"\n',
        `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: "5"}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nsubjects:\n- kind: ServiceAccount\n  name: ${name}\n`,
      );
    assert.match(await build(binding('!!str 5')), /\n {2}name: 15\n/);
    assert.match(await build(binding('"5"')), /\n {2}name: "15"\n/);
  });
});

describe('a null behind a tag', () => {
  it('stays null within brackets, and goes with a patch', async () => {
    const text = thing('spec: {e: !!null "", m: 1}\n');
    assert.equal(await build(over('', text)), thing('spec:\n  e: null\n  m: 1\n'));
    assert.equal(await build(over(own, text)), thing('spec:\n  m: 1\n'));
  });
});

describe('a key that stands twice in a patch', () => {
  it('counts where it stands first, for the place of the object as well', async () => {
    const two = 'kind: Namespace\nmetadata:\n  name: ns\n---\nkind: ClusterRole\nmetadata:\n  name: r\n';
    const patch =
      'patches:\n- patch: |-\n    kind: Namespace\n    metadata: {name: ns}\n    kind: ValidatingWebhookConfiguration\n  target: {name: ns}\n';
    assert.match(await build(over(patch, two)), /kind: Namespace[^]*kind: ClusterRole/);
  });
});

describe('a transformer configuration', () => {
  it('may not have a key twice', async () => {
    const files = {
      ...over('configurations: [c.yaml]\n', thing('')),
      'c.yaml': 'varReference: [{path: a, path: b}]\n',
    };
    await fails(files, /already/);
  });
});

describe('a schema of one part', () => {
  it('stands in place of the built-in one for others whose patches have selected nothing before', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n';
    const lists = 'spec:\n  containers:\n  - name: side\n  - name: side\n';
    const patch = `patches:\n- patch: |-\n    ${`${pod}${lists}`.trimEnd().replaceAll('\n', '\n    ')}\n`;
    const part = (rest: string) => `kind: Component\nresources: [${rest}]\n`;
    const files = {
      'kustomization.yaml': 'components: [one, two]\n',
      'one/kustomization.yaml': part('../base'),
      'base/kustomization.yaml': `patches: [{patch: '{kind: Role, metadata: {name: r}}', target: {name: x}}]\n`,
      'two/kustomization.yaml': part('../own'),
      'own/kustomization.yaml': 'resources: [../pod]\nopenapi: {path: s.json}\n',
      'own/s.json': '{"definitions": {}}',
      'pod/kustomization.yaml': `resources: [m.yaml]\n${patch}`,
      'pod/m.yaml': pod,
    };
    assert.equal(await build(files), pod + lists);
  });
});

describe('build metadata', () => {
  it('may name what kustomize does not know', async () => {
    assert.equal(await build(over('buildMetadata: [bogus]\n', thing(''))), thing(''));
  });
});

describe('objects for local use', () => {
  it('are dropped by their ids, so that one whose id another has taken is there twice', async () => {
    const local = (name: string, note: string): string =>
      `kind: Thing\nmetadata:\n  name: ${name}\n  annotations: {config.kubernetes.io/local-config: "${note}"}\n`;
    const two = `${local('a', 'true')}---\n${local('b', 'false')}`;
    assert.doesNotMatch(await build(over('', two)), /name: a/);
    const renamed = 'replacements: [{sourceValue: b, targets: [{select: {name: a}, fieldPaths: [metadata.name]}]}]\n';
    await fails(over(renamed, two), /already registered id|there twice/);
  });
});

describe('a namespace with a comma', () => {
  it('is minded only of objects that can be in one', async () => {
    const volume = (kind: string): string =>
      `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: a\n  namespace: 'b, c'\n`;
    assert.match(await build(over('namespace: ns\n', volume('PersistentVolume'))), /namespace: b, c\n/);
    await fails(over('namespace: ns\n', volume('ConfigMap')), /holds a comma/);
  });
});

describe('a schema file that begins as JSON', () => {
  it('has to be JSON to its end, without a key that stands twice', async () => {
    const schema = (text: string) => ({
      ...over(`openapi: {path: s.json}\n${own}`, thing('spec: {m: 1}\n')),
      's.json': text,
    });
    assert.match(await build(schema('{"definitions": {}}\n')), /m: 1/);
    await fails(schema('{"definitions": {}}\n{}'), /s\.json/);
    await fails(schema('{"definitions": {}, "definitions": {}}'), /definitions/);
  });

  it('holds schemas that are such', async () => {
    const schema = (text: string) => ({
      ...over(`openapi: {path: s.json}\n${own}`, thing('spec: {m: 1}\n')),
      's.json': `{"definitions": {"v1.Thing": ${text}}}`,
    });
    for (const wrong of ['5', '{"type": 5}', '{"properties": []}', '{"maxLength": 1.5}', '{"not": {"required": "x"}}'])
      await fails(schema(wrong), /v1\.Thing/);
    assert.match(await build(schema('{"items": 5, "x": 5, "properties": {"a": null}}')), /m: 1/);
  });
});

describe('definitions of types', () => {
  it('are no CRDs as a cluster has them', async () => {
    const crds = (text: string) => ({ ...over('crds: [c.yaml]\n', thing('')), 'c.yaml': text });
    await fails(
      crds('apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n'),
      /apiVersion is no definition/,
    );
    await fails(crds('a.Thing: {Schema: {required: a}}\n'), /a\.Thing\.Schema\.required is no texts/);
    await fails(crds('a.Thing: {Dependencies: [5]}\n'), /Dependencies/);
    await fails(crds(''), /empty/);
    assert.equal(await build(crds('a.Thing: {schema: {}, Dependencies: [b]}\n')), thing(''));
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

describe('a count of replicas', () => {
  it('is a number of 64 bits', async () => {
    const files = (count: string) =>
      over(`replicas: [{name: a, count: ${count}}]\n`, 'kind: StatefulSet\nmetadata:\n  name: a\n');
    assert.match(await build(files('9223372036854775807')), /replicas: 9223372036854775807\n/);
    for (const count of ['-9223372036854775809', '9223372036854775808', '1e19']) await fails(files(count), /integer/);
  });

  it('meets annotations that only kustomize has made where it is meant for all of them', async () => {
    const plugin =
      'apiVersion: builtin\nkind: ReplicaCountTransformer\nmetadata: {name: t}\nreplica: {name: a}\nfieldSpecs: [{path: metadata/annotations}]\n';
    const files = {
      ...over('transformers: [t.yaml]\nbuildMetadata: [originAnnotations]\n', thing('')),
      't.yaml': plugin,
    };
    await fails(files, /holds no scalar/);
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

describe('the configuration of a generator', () => {
  it('has metadata of the types that metadata have', async () => {
    const files = (namespace: string) => ({
      'kustomization.yaml': 'generators: [g.yaml]\n',
      'g.yaml': `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a, namespace: ${namespace}}\n`,
    });
    await fails(files('[]'), /namespace/);
    assert.match(await build(files('b')), /namespace: b\n/);
  });
});
