import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { memoryTree } from '@capstan/tree';
import { parseLabelSelector } from './label-selector.ts';
import { runPlugin } from './run-plugin.ts';
import { insertPathPart } from './transformers/value-add.ts';

const input = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {path: /srv/x}\n';
const plugin = (kind: string, rest: string) => `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: p}\n${rest}`;

async function run(config: string, files: readonly [string, string][] = []) {
  const { list } = await runPlugin(memoryTree(files), { config, input, folder: 'app' });
  return list.map(({ object }) => object);
}

describe('a built-in plugin run alone', () => {
  it('adds a value into a file path, with targets from a file, and the name of the folder for no value', async () => {
    const targets = 'targets: [{fieldPath: data/path, filePathPosition: 2}, {fieldPath: metadata/namespace}]';
    const config = plugin('ValueAddTransformer', 'targetFilePath: targets.yaml');
    assert.deepEqual(await run(config, [['app/targets.yaml', targets]]), [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'app' }, data: { path: '/srv/app/x' } },
    ]);
  });

  it('adds a value to elements of lists, makes what is missing, and leaves what leads nowhere', async () => {
    const paths = ['list/[name=a]/v', 'list/[name=new]/v', 'list/0/w', 'list/-/w', 'list/9/w', 'data/nul/x', 'a/b'];
    const targets = paths.map((path) => `- fieldPath: '${path}'`).join('\n');
    const { list } = await runPlugin(memoryTree([]), {
      config: plugin('ValueAddTransformer', `value: q\ntargets:\n${targets}\n`),
      input: 'apiVersion: v1\nkind: X\nmetadata: {name: x}\nlist: [{name: a}]\ndata: {nul: null}\n',
      folder: '',
    });
    assert.deepEqual(list[0]?.object, {
      apiVersion: 'v1',
      kind: 'X',
      metadata: { name: 'x' },
      list: [
        { name: 'a', v: 'q', w: 'q' },
        { name: 'new', v: 'q', w: 'q' },
      ],
      data: { nul: null },
      a: { b: 'q' },
    });
  });

  it('refuses a value that goes nowhere', async () => {
    for (const rest of [
      'value: x',
      'targets: [{value: x}]',
      'targets: [{fieldPath: data}]',
      'targets: [{fieldPath: data/path/x}]',
      'targets: [{fieldPath: a, filePathPosition: -1}]',
    ]) {
      await assert.rejects(run(plugin('ValueAddTransformer', rest)), (error) =>
        isCapstanError(error, 'RENDER_INVALID'),
      );
    }
  });

  it('makes the service account of an IAM policy, for the one cloud that is known', async () => {
    const rest = 'kubernetesService: {name: k, namespace: n}\nserviceAccount: {name: g, projectId: p}\n';
    const folder = '';
    const made = (cloud: string) =>
      runPlugin(memoryTree([]), { config: plugin('IAMPolicyGenerator', `${rest}cloud: ${cloud}`), folder });
    const annotations = { 'iam.gke.io/gcp-service-account': 'g@p.iam.gserviceaccount.com' };
    assert.deepEqual(
      (await made('gke')).list.map(({ object }) => object),
      [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { annotations, name: 'k', namespace: 'n' } }],
    );
    await assert.rejects(made('moon'), (error) => isCapstanError(error, 'RENDER_INVALID'));
  });
});

describe('a part put into a file path', () => {
  it('never makes an absolute path relative, and comes last where the position is beyond the end', () => {
    assert.equal(insertPathPart('', 0, 'p'), 'p');
    assert.equal(insertPathPart('/', 0, 'p'), '/p');
    assert.equal(insertPathPart('/a/b', 0, 'p'), '/p/a/b');
    assert.equal(insertPathPart('a/b', 1, 'p'), 'a/p/b');
    assert.equal(insertPathPart('/a/b', 99, 'p'), '/a/b/p');
  });
});

describe('a label selector', () => {
  it('refuses keys and values that no label can have', () => {
    for (const text of ['.*', 'a/b/c', 'A.b/c=d', 'a=-b', 'a in (b, c-)', 'a>x', `${'a'.repeat(64)}=b`]) {
      assert.throws(
        () => parseLabelSelector(text),
        (error) => isCapstanError(error, 'RENDER_INVALID'),
        text,
      );
    }
    assert.equal(parseLabelSelector('example.com/a_b.c=D-1,n>3')({ 'example.com/a_b.c': 'D-1', n: '4' }), true);
  });
});
