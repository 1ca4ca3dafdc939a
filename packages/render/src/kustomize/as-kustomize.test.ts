// What random overlays have shown to be otherwise in the real kustomize 5.8.1: each text below is what that prints.
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

const config = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n${data}`;
const patched = (patch: string) =>
  `resources: [m.yaml]\npatches:\n- patch: |-\n    ${patch.replaceAll('\n', '\n    ')}\n`;
const thing = (name: string) => `kind: Thing\nmetadata:\n  name: ${name}\n`;

describe('scalars of a build', () => {
  it('are taken by their texts where a prefix is put before them', async () => {
    for (const name of ['1.50', '2001-01-01', '0x1F', '1_000']) {
      const text = await build({
        'kustomization.yaml': 'resources: [m.yaml]\nnamePrefix: pre-\n',
        'm.yaml': thing(name),
      });
      assert.equal(text, thing(`pre-${name}`));
    }
  });

  it('are texts in annotations, just as they are written', async () => {
    const text = await build({
      'kustomization.yaml': 'resources: [m.yaml]\n',
      'm.yaml': `${thing('a')}  annotations: {a: 0755, b: .nan, c: 2001-12-14, d: !!binary aGk=, e: ~, f: 100000000000000000000}\n`,
    });
    const annotations = [
      'a: "0755"',
      'b: ".nan"',
      'c: "2001-12-14"',
      'd: aGk=',
      'e: "~"',
      'f: "100000000000000000000"',
    ];
    assert.equal(
      text,
      `kind: Thing\nmetadata:\n  annotations:\n${annotations.map((line) => `    ${line}\n`).join('')}  name: a\n`,
    );
  });

  it('are read again where a suffix makes a number of a name without quotes', async () => {
    const kustomization = 'resources: [m.yaml]\nnameSuffix: ".5"\n';
    assert.equal(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('1') }), thing('1.5'));
    assert.equal(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('"1"') }), thing('"1.5"'));
  });

  it('become texts where a patch puts them over ones in quotes or blocks', async () => {
    const files = { 'm.yaml': config('data:\n  block: |\n    x\n  double: "q"\n  number: 5\n  plain: q\n') };
    const patch = config('data: {block: 8080, double: 1e20, number: 8080, plain: 8080}');
    assert.equal(
      await build({ ...files, 'kustomization.yaml': patched(patch) }),
      'apiVersion: v1\ndata:\n  block: "8080"\n  double: "1e20"\n  number: 8080\n  plain: 8080\nkind: ConfigMap\nmetadata:\n  name: app\n',
    );
  });

  it('become texts where a count of replicas is put over one in quotes', async () => {
    const text = await build({
      'kustomization.yaml': 'resources: [m.yaml]\nreplicas: [{name: web, count: 3}]\n',
      'm.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: "1"}\n',
    });
    assert.match(text, /replicas: "3"\n/);
  });

  it('are copied by their texts into scalars, which lists and mappings have none of', async () => {
    const replacement = (from: string, to: string) =>
      `- source: {kind: ConfigMap, fieldPath: ${from}}\n  targets: [{select: {kind: Thing}, fieldPaths: [${to}], options: {create: true}}]\n`;
    const text = await build({
      'kustomization.yaml': `resources: [m.yaml, t.yaml]\nreplacements:\n${replacement('data.mode', 'mode')}${replacement('data', 'held')}`,
      'm.yaml': config('data: {mode: 0755}\n'),
      't.yaml': `${thing('t')}mode: text\nheld: text\n`,
    });
    assert.match(text, /held: ""\nkind: Thing\nmetadata:\n {2}name: t\nmode: "0755"\n/);
  });

  it('are copied as they have become where a replacement changes its own source', async () => {
    const options = 'options: {create: true, delimiter: ".", index: 9}';
    const kustomization = `resources: [m.yaml]\nreplacements:\n- source: {kind: Thing}\n  targets: [{select: {kind: Thing}, fieldPaths: [metadata.name, extra], ${options}}]\n`;
    assert.match(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }), /^extra: \.a\.a\n/);
  });

  it('are refused where one that is no timestamp is copied over one that is', async () => {
    const kustomization =
      'resources: [m.yaml]\nreplacements:\n- sourceValue: x\n  targets: [{select: {kind: Thing}, fieldPaths: [day]}]\n';
    const files = { 'kustomization.yaml': kustomization, 'm.yaml': `${thing('a')}day: 2001-01-01\n` };
    await fails(files, /cannot stand where a timestamp is/);
  });

  it('stay without a type where one was copied into nothing', async () => {
    const replacement = (text: string) =>
      `- sourceValue: "${text}"\n  targets: [{select: {kind: Thing}, fieldPaths: [spec.a], options: {create: true}}]\n`;
    const kustomization = `resources: [m.yaml]\nreplacements:\n${replacement('x')}${replacement('5')}`;
    assert.equal(
      await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }),
      `${thing('a')}spec:\n  a: 5\n`,
    );
    const emptied = { 'kustomization.yaml': `${kustomization}${replacement('')}`, 'm.yaml': thing('a') };
    assert.equal(await build(emptied), `${thing('a')}spec:\n  a: null\n`);
  });

  it('stand in quotes after a JSON patch where they must', async () => {
    const kustomization = `${patched('[{"op": "add", "path": "/x", "value": 1}]')}  target: {name: a}\nreplicas: [{name: a, count: 2}]\n`;
    const text = await build({
      'kustomization.yaml': kustomization,
      'm.yaml': 'kind: Deployment\nmetadata: {name: a}\nspec: {replicas: "trail "}\n',
    });
    assert.match(text, /replicas: "2"\n/);
  });

  it('without a JSON form are refused where they are printed, and nowhere before', async () => {
    const local = `${thing('a')}  annotations: {config.kubernetes.io/local-config: "true"}\nspec: {size: .inf}\n`;
    assert.equal(await build({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': local }), '');
    const kept = { 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': `${thing('a')}spec: {size: .inf}\n` };
    await fails(kept, /m\.yaml:1: spec\.size of Thing a is no finite number .* quote it/);
  });

  it('that are large integers lose their last digits where a JSON patch is applied', async () => {
    const files = { 'm.yaml': `${thing('a')}spec: {size: 12345678901234567890}\n` };
    const kustomization = patched('[{"op": "add", "path": "/x", "value": 1}]') + '  target: {name: a}\n';
    assert.match(await build({ ...files, 'kustomization.yaml': kustomization }), /size: 12345678901234567000\n/);
  });
});

describe('lists in files of resources', () => {
  const items = '[{kind: Thing, metadata: {name: z}}, {kind: Thing, metadata: {name: x}}]';
  const names = (text: string) => [...text.matchAll(/name: (\w+)/g)].map(([, name]) => name).join(' ');
  const kustomization = 'resources: [m.yaml]\nsortOptions: {order: fifo}\n';

  it('give way to their items where they stand alone, and are put behind all others where not', async () => {
    const list = `kind: List\nitems: ${items}\n`;
    assert.equal(names(await build({ 'kustomization.yaml': kustomization, 'm.yaml': list })), 'z x');
    const more = `${list}---\n${thing('a')}`;
    assert.equal(names(await build({ 'kustomization.yaml': kustomization, 'm.yaml': more })), 'a z x');
  });

  it('need items that are objects', async () => {
    await fails(
      { 'kustomization.yaml': kustomization, 'm.yaml': 'kind: List\nitems: {a: b}\n' },
      /m\.yaml:1: expected array in List\/items/,
    );
  });
});

describe('patches of a build', () => {
  it('that are to replace a whole object leave it as it is', async () => {
    const kustomization = patched('kind: Thing\nmetadata: {name: a}\nspec: {b: 2}\n$patch: replace');
    assert.equal(
      await build({ 'kustomization.yaml': kustomization, 'm.yaml': `${thing('a')}spec:\n  a: 1\n` }),
      `${thing('a')}spec:\n  a: 1\n`,
    );
  });

  it('have texts for annotations, that of null too, where they may change names', async () => {
    const patch = 'kind: Thing\nmetadata: {name: a, annotations: {note: null}}';
    const kustomization = `${patched(patch)}  options: {allowNameChange: true}\n`;
    assert.match(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }), /note: "null"\n/);
  });

  it('leave a name that is a number, and an apiVersion that is not there, as kustomize does', async () => {
    const files = { 'm.yaml': 'kind: Thing\nmetadata: {name: 5, namespace: "6"}\n' };
    const kustomization = `${patched('kind: Thing\nmetadata: {name: x}\na: 1')}  target: {}\n`;
    const text = await build({ ...files, 'kustomization.yaml': kustomization });
    assert.equal(text, 'a: 1\napiVersion: null\nkind: Thing\nmetadata:\n  name: 5\n  namespace: "6"\n');
  });

  it('put annotations in place of what is none', async () => {
    const operation = patched('[{"op": "add", "path": "/metadata/annotations", "value": "text"}]');
    const kustomization = `${operation}  target: {name: a}\n- patch: 'kind: Thing\n\n    metadata: {name: a, annotations: {b: c}}'\n`;
    assert.match(
      await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }),
      /annotations:\n {4}b: c\n/,
    );
  });

  it('may not give two objects one id', async () => {
    const patch = patched('kind: Thing\nmetadata: {name: x}');
    const kustomization = `${patch}  target: {kind: Thing}\n  options: {allowNameChange: true}\n`;
    await fails(
      { 'kustomization.yaml': kustomization, 'm.yaml': `${thing('a')}---\n${thing('b')}` },
      /already registered id/,
    );
  });

  it('take the origin away where they put other annotations in place', async () => {
    const kustomization = `${patched('[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}]')}  target: {kind: Thing}\nbuildMetadata: [originAnnotations]\n`;
    const text = await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') });
    assert.match(text, /a: b\n {4}config\.kubernetes\.io\/origin: \|\n {6}configuredIn: kustomization\.yaml\n/);
  });

  it('leave large numbers in annotations as Go prints floats', async () => {
    const kustomization = `${patched('[{"op": "add", "path": "/extra"}]')}  target: {kind: Thing}\n`;
    const annotations = '  annotations: {a: 1234567, b: 999999, c: 12345678.5, d: "1234567"}\n';
    assert.match(
      await build({ 'kustomization.yaml': kustomization, 'm.yaml': `${thing('a')}${annotations}size: 1234567\n` }),
      /a: "1.234567e\+06"\n {4}b: "999999"\n {4}c: "1.23456785e\+07"\n {4}d: "1234567"\n[^]*\nsize: 1234567\n/,
    );
  });

  it('may not take the name away', async () => {
    const kustomization = `${patched('[{"op": "remove", "path": "/metadata/name"}]')}  target: {kind: Thing}\n`;
    await fails(
      { 'kustomization.yaml': kustomization, 'm.yaml': thing('a') },
      /missing metadata\.name in object of kind Thing/,
    );
  });
});

describe('other parts of a build', () => {
  it('find annotations where transformers are noted, though none are written', async () => {
    const files = {
      'm.yaml': thing('a'),
      't.yaml':
        'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {tier: prod}\nfieldSpecs: [{path: metadata/annotations}]\n',
    };
    const kustomization = 'resources: [m.yaml]\ntransformers: [t.yaml]\n';
    assert.equal(await build({ ...files, 'kustomization.yaml': kustomization }), thing('a'));
    const noted = await build({
      ...files,
      'kustomization.yaml': `${kustomization}buildMetadata: [transformerAnnotations]\n`,
    });
    assert.match(noted, /\n {4}tier: prod\n/);
  });

  it('generate from any names of variables and keys, and pass over lines without one', async () => {
    const text = await build({
      'kustomization.yaml':
        'configMapGenerator:\n- {name: a, envs: [e.env], literals: ["bad key=1"], options: {disableNameSuffixHash: true}}\n',
      'e.env': 'export X=1\n=none\n1é=2\n',
    });
    assert.match(text, /data:\n {2}1é: "2"\n {2}bad key: "1"\n {2}export X: "1"\n/);
  });

  it('stop reading variables at a line that is too long for Go', async () => {
    const text = await build({
      'kustomization.yaml': 'configMapGenerator:\n- {name: a, envs: [e.env], options: {disableNameSuffixHash: true}}\n',
      'e.env': `A=1\nB=${'x'.repeat(65_534)}\nC=3\n`,
    });
    assert.match(text, /data:\n {2}A: "1"\nkind/);
  });

  it('mind an expression for images only where there is one', async () => {
    const kustomization = 'resources: [m.yaml]\nimages: [{name: "(", newTag: x}]\n';
    assert.equal(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }), thing('a'));
    const pod = `${thing('a')}spec: {containers: [{image: b}]}\n`;
    await fails({ 'kustomization.yaml': kustomization, 'm.yaml': pod }, /'\(' is not a regular expression/);
  });

  it('mind a selector for labels only where there is an object to be selected', async () => {
    const patch = `patches:\n- patch: '[{"op": "remove", "path": "/x"}]'\n  target: {kind: Other, labelSelector: '=x'}\n`;
    const kustomization = `resources: [m.yaml]\n${patch}`;
    assert.equal(await build({ 'kustomization.yaml': kustomization, 'm.yaml': thing('a') }), thing('a'));
    const selecting = kustomization.replace('Other', 'Thing');
    await fails({ 'kustomization.yaml': selecting, 'm.yaml': thing('a') }, /unable to parse selector '=x'/);
  });

  it('mind a field that cannot hold a name, even where no name has changed', async () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {volumes: text}\n';
    await fails({ 'kustomization.yaml': 'resources: [m.yaml]\n', 'm.yaml': pod }, /expected sequence or mapping node/);
  });

  it('find no cluster-scoped object for a variable that names a namespace', async () => {
    const vars = 'vars:\n- {name: A, objref: {apiVersion: v1, kind: PersistentVolume, name: db, namespace: prod}}\n';
    const files = { 'm.yaml': 'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: db}\n' };
    await fails({ ...files, 'kustomization.yaml': `resources: [m.yaml]\n${vars}` }, /var 'A' cannot be mapped/);
  });

  it('drop more general field specs behind a component', async () => {
    const text = await build({
      'kustomization.yaml': 'components: [c]\nnamePrefix: pre-\n',
      'c/kustomization.yaml': 'kind: Component\nresources: [m.yaml]\nconfigurations: [f.yaml]\n',
      'c/f.yaml': 'namePrefix: [{path: metadata/name, kind: Service}]\n',
      'c/m.yaml': `${thing('a')}---\nkind: Service\nmetadata:\n  name: b\n`,
    });
    assert.match(text, /name: a\n/);
    assert.match(text, /name: pre-b\n/);
  });

  it('rename what a subject names only among what came from its namespace', async () => {
    const binding =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nsubjects: [{kind: User, name: sa, namespace: prod}]\n';
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}\n';
    const claim = 'kind: PersistentVolumeClaim\nmetadata: {name: c, namespace: prod}\n';
    const kustomization = 'resources: [m.yaml]\nnamespace: prod\nnameSuffix: -z\n';
    const renamed = await build({ 'kustomization.yaml': kustomization, 'm.yaml': `${binding}---\n${account}` });
    assert.match(renamed, /- kind: User\n {2}name: sa-z\n/);
    const kept = await build({
      'kustomization.yaml': kustomization,
      'm.yaml': `${binding}---\n${account}---\n${claim}`,
    });
    assert.match(kept, /- kind: User\n {2}name: sa\n/);
  });

  it('put transformers that stand in the kustomization before those in files', async () => {
    const affix = (prefix: string) =>
      `{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: ${prefix}}, prefix: ${prefix}-, fieldSpecs: [{path: metadata/name}]}`;
    const text = await build({
      'kustomization.yaml': `resources: [m.yaml]\ntransformers:\n- t.yaml\n- |-\n  ${affix('inline')}\n`,
      'm.yaml': thing('a'),
      't.yaml': affix('file'),
    });
    assert.equal(text, thing('file-inline-a'));
  });

  it('end with no two objects of one id', async () => {
    const replacement = '- sourceValue: c\n  targets: [{select: {kind: Thing}, fieldPaths: [metadata.name]}]\n';
    const kustomization = `resources: [m.yaml]\nreplacements:\n${replacement}sortOptions: {order: fifo}\n`;
    await fails(
      { 'kustomization.yaml': kustomization, 'm.yaml': `${thing('a')}---\n${thing('b')}` },
      /already registered id/,
    );
  });

  it('put no prefix before what is no scalar', async () => {
    const kustomization = 'resources: [m.yaml]\nnamePrefix: a-\nconfigurations: [f.yaml]\n';
    const files = { 'm.yaml': `${thing('a')}spec: {b: c}\n`, 'f.yaml': 'namePrefix: [{path: spec}]\n' };
    await fails({ ...files, 'kustomization.yaml': kustomization }, /'spec', which holds no scalar/);
  });

  it('want an order where there are options for one', async () => {
    await fails(
      { 'kustomization.yaml': 'resources: [m.yaml]\nsortOptions: {}\n', 'm.yaml': thing('a') },
      /must be one of \[fifo, legacy\]/,
    );
  });

  it('read a schema in place of the built-in one, unless a kind of unknown scope has come before', async () => {
    const web =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a}]}}}\n';
    const patch =
      'patches:\n- patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: b}]}}}}"\n';
    const base = {
      'base/kustomization.yaml': 'openapi: {path: s.json}\nresources: [m.yaml]\n',
      'base/m.yaml': web,
      'base/s.json': '{}',
    };
    const replaced = await build({ ...base, 'kustomization.yaml': `resources: [base]\n${patch}` });
    assert.match(replaced, /containers:\n {6}- name: b\n$/);
    const both = await build({
      ...base,
      'm.yaml': thing('a'),
      'kustomization.yaml': `resources: [m.yaml, base]\n${patch}`,
    });
    assert.match(both, /containers:\n {6}- name: b\n {6}- name: a\n/);
  });
});
