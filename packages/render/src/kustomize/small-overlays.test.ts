// Each text below is what the real kustomize 5.8.1 prints, and refuses what is refused here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { build, creating, fails, over, own, put, thing } from './testing/small-overlays.ts';

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

describe('a key that stands twice in a patch', () => {
  it('counts where it stands first, for the place of the object as well', async () => {
    const two = 'kind: Namespace\nmetadata:\n  name: ns\n---\nkind: ClusterRole\nmetadata:\n  name: r\n';
    const patch =
      'patches:\n- patch: |-\n    kind: Namespace\n    metadata: {name: ns}\n    kind: ValidatingWebhookConfiguration\n  target: {name: ns}\n';
    assert.match(await build(over(patch, two)), /kind: Namespace[^]*kind: ClusterRole/);
  });
});

describe('a key that stands twice and holds nothing', () => {
  it('stands once when the object has been patched', async () => {
    const text = await build(over(own, 'kind: Thing\nmetadata:\n  name: a\n  labels:\n  labels:\n'));
    assert.equal(text, 'kind: Thing\nmetadata:\n  labels: null\n  name: a\n');
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

describe('a null that a transformer makes a scalar of', () => {
  it('keeps the text that it was written as', async () => {
    const plugin = `apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: pre-\nfieldSpecs: [{path: spec/r, create: true}]\n`;
    const files = (value: string) => ({
      ...over('transformers: [t.yaml]\n', thing(`spec:\n  r: ${value}\n`)),
      't.yaml': plugin,
    });
    for (const text of ['~', 'null', '']) assert.equal(await build(files(text)), thing(`spec:\n  r: pre-${text}\n`));
  });
});

describe('an element whose merge key is null', () => {
  const patched = (patch: string, list: string) => {
    const pod = (rest: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: ${rest}}\n`;
    return build({ ...over('patches: [{path: p.yaml}]\n', pod(list)), 'p.yaml': pod(patch) });
  };

  it('is found by nobody, and takes all those with it that have one', async () => {
    assert.match(await patched('[{name: null, image: x}]', '[{name: a}]'), /containers: \[\]/);
    assert.match(await patched('[{name: null, image: x}, {name: b}]', '[{name: a}]'), /containers:\n {2}- name: b\n$/);
  });
});

describe('the hash of what is generated', () => {
  it('is of what is read from what is printed', async () => {
    const files = {
      'kustomization.yaml': 'configMapGenerator: [{name: x9}]\npatchesStrategicMerge: [m.yaml]\n',
      'm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x9}\ndata:\n  k: >-\n      x\n       y\n',
    };
    assert.match(await build(files), /name: x9-6t4c5b5hkg\n/);
  });
});

describe('a number where a text is asked for', () => {
  it('is printed as a float of 32 bits where it is no whole number of 64', async () => {
    const files = (value: string) => ({
      ...over('replacements: [{path: r.yaml}]\n', thing('q: x\n')),
      'r.yaml': `[{sourceValue: ${value}, targets: [{select: {name: a}, fieldPaths: [q]}]}]\n`,
    });
    assert.match(await build(files('1.25')), /q: "1\.25"\n/);
    assert.match(await build(files('1234567.5')), /q: "1\.2345675e\+06"\n/);
    assert.match(await build(files('0.1')), /q: "0\.1"\n/);
    assert.match(await build(files('-9223372036854775809')), /q: "-9\.223372e\+18"\n/);
  });
});

describe('an OpenAPI document with paths', () => {
  const kinds = ['Widget', 'Gadget', 'Put'].map(
    (kind) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: {name: a}\n`,
  );
  const schema = (more: object = {}): string => {
    const of = (group: string, kind: string) => ({
      get: { 'x-kubernetes-group-version-kind': { group, version: 'v1', kind } },
    });
    const paths = {
      '/apis/example.com/v1/widgets/{name}': of('example.com', 'Widget'),
      '/apis/example.com/v1/namespaces/{namespace}/gadgets': of('example.com', 'Gadget'),
      '/apis/example.com/v1/gadgets': of('example.com', 'Gadget'),
      '/apis/apps/v1/deployments': of('apps', 'Deployment'),
      'apis/example.com/v1/puts': of('example.com', 'Put'),
      ...more,
    };
    return JSON.stringify({ paths });
  };
  const files = (fields: string, objects: string, more?: object) => ({
    ...over(`openapi: {path: s.json}\n${fields}`, objects),
    's.json': schema(more),
  });

  it('tells which kinds stand outside of namespaces, but of what is known without it', async () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n';
    const text = await build(files('namespace: ns\n', [...kinds, deployment].join('---\n')));
    assert.deepEqual(
      text.split('---\n').map((part) => [/kind: (\w+)/.exec(part)?.[1], part.includes('namespace: ns')]),
      [
        ['Deployment', true],
        ['Gadget', true],
        ['Put', true],
        ['Widget', false],
      ],
    );
  });

  it('makes two objects one that differ in their namespace alone', async () => {
    const both = (kind: string) =>
      ['', '  namespace: other\n']
        .map((line) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata:\n  name: a\n${line}`)
        .join('---\n');
    await fails(files('', both('Widget')), /already registered id|there already|twice/);
    assert.match(await build(files('', both('Gadget'))), /namespace: other/);
  });

  it('lets a patch find such an object whatever namespace it names', async () => {
    const patch = (kind: string) =>
      `patches:\n- patch: |-\n    apiVersion: example.com/v1\n    kind: ${kind}\n    metadata: {name: a, namespace: zz}\n    spec: {a: 1}\n`;
    assert.match(await build(files(patch('Widget'), kinds.join('---\n'))), /spec:\n {2}a: 1\n/);
    await fails(files(patch('Gadget'), kinds.join('---\n')), /no matches for Id/);
  });

  it('is refused where its paths are none', async () => {
    for (const more of [
      { '/q': 5 },
      { '/q': { get: [] } },
      { '/q': { get: { parameters: {} } } },
      { '/q': { get: { responses: { '200': { description: 5 } } } } },
      { '/q': { get: { 'x-kubernetes-group-version-kind': { kind: 'Q' } } } },
    ])
      await fails(files('', kinds.join('---\n'), more), /invalid schema file/);
  });
});

describe('what is generated', () => {
  it('has annotations to be changed, also where it gets no hash', async () => {
    const text = await build({
      'kustomization.yaml':
        'configMapGenerator: [{name: a, literals: [b=c], options: {disableNameSuffixHash: true}}]\ntransformers: [t.yaml]\n',
      't.yaml':
        'apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {app: web}\nfieldSpecs: [{path: metadata/annotations}]\n',
    });
    assert.match(text, /annotations:\n {4}app: web\n/);
  });
});

describe('what is put where a tag says that base64 stands', () => {
  const tagged = thing('spec: {a: !!binary aGk=}\n');

  it('is read as that', async () => {
    assert.match(await build(over(put('aGVsbG8=', 'spec.a'), tagged)), /a: hello\n/);
    assert.match(await build(over(put('', 'spec.a'), tagged)), /a: ""\n/);
  });

  it('is refused where it is none', async () => {
    await fails(over(put('app', 'spec.a'), tagged), /no base64/);
  });
});

describe('replicas that take the place of a text in quotes', () => {
  const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: "3"}\n';
  const then = (value: string) =>
    over(
      `replicas: [{name: d, count: 7}]\nreplacements: [{sourceValue: '${value}', targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]\n`,
      deployment,
    );

  it('stay in quotes, and give way to numbers only', async () => {
    assert.match(await build(then('5')), /replicas: "5"\n/);
    for (const value of ['abc', '', 'null', '1.5', 'true']) await fails(then(value), /no number/);
  });
});

describe('two objects that a replacement gave one name', () => {
  const two = ['a', 'b'].map((name) => `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}}\n`).join('---\n');
  const files = {
    'kustomization.yaml':
      'resources: [m.yaml]\nreplacements: [{sourceValue: one, targets: [{select: {kind: Secret}}]}]\ntransformers: [t.yaml]\n',
    'm.yaml': two,
  };
  const transformer = (kind: string, rest: string) =>
    `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: t}\n${rest}`;

  it('are refused by a patch that comes after it, whatever it is for', async () => {
    const patch = "target: {name: nobody}\npatch: '{kind: X, metadata: {name: x}}'\n";
    await fails({ ...files, 't.yaml': transformer('PatchTransformer', patch) }, /already registered id/);
  });
});

describe('subjects of a RoleBinding', () => {
  const binding = (subject: string) =>
    over(
      '',
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: r}\nsubjects: [${subject}]\n`,
    );

  it('are refused where kustomize would break on them', async () => {
    for (const subject of [
      '{kind: 5, namespace: n}',
      '{kind: null, namespace: n}',
      '{kind: ServiceAccount, namespace: 5}',
      'text',
      'null',
    ])
      await fails(binding(subject), /subject of RoleBinding r/);
    assert.match(await build(binding('{kind: User, name: u}')), /kind: User/);
  });
});

describe('a namespace that an object gets from the one that it is merged with', () => {
  it('stands in quotes where it reads as a number', async () => {
    const text = await build({
      'kustomization.yaml': 'resources: [b]\ngenerators: [g.yaml]\n',
      'g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nbehavior: merge\n',
      'b/kustomization.yaml': `resources: [c]\npatches: [{patch: "- {op: add, path: /extra}", target: {}}]\n${put('7', 'metadata.namespace', creating).replace('kind: Thing', '')}`,
      'b/c/kustomization.yaml': 'configMapGenerator: [{name: a}]\n',
    });
    assert.match(text, /namespace: "7"\n/);
  });
});
