import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryTree } from '@capstan/tree';
import { buildKustomization } from './build.ts';

const head = 'apiVersion: custom/v1\nkind: Foo\nmetadata: {name: d}\n';
const containers = (comment: string, inner: string) => `  containers: ${comment}\n  - ${inner}\n`;
const POD = '# {"$ref":"#/definitions/io.k8s.api.core.v1.PodSpec"}';
const BY_NAME = '# {"type":"array","x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge"}';

async function specOf(resource: string, patch: string) {
  const tree = memoryTree([
    ['r.yaml', head + resource],
    ['p.yaml', head + patch],
    ['kustomization.yaml', 'resources: [r.yaml]\npatches: [{path: p.yaml}]\n'],
  ]);
  const [built] = await buildKustomization(tree, '', { order: 'input' });
  return built?.object['spec'];
}

describe('a schema in a comment', () => {
  const merged = { containers: [{ name: 'c', image: 'i', command: ['x'] }] };
  const [mine, theirs] = ['{name: c, image: i}', '{name: c, command: [x]}'];

  it('makes lists of a kind that nobody knows merge, in the resource as in the patch', async () => {
    assert.deepEqual(await specOf(`spec: ${POD}\n${containers('', mine)}`, `spec:\n${containers('', theirs)}`), merged);
    assert.deepEqual(await specOf(`spec:\n${containers('', mine)}`, `spec:\n${containers(BY_NAME, theirs)}`), merged);
  });

  it('counts for several resources in one file, and stands above its field or beside it', async () => {
    const spec = await specOf(
      `spec:\n  ${BY_NAME}\n${containers('', mine)}---\n${head.replace('name: d', 'name: e')}`,
      `spec:\n${containers('', theirs)}`,
    );
    assert.deepEqual(spec, merged);
  });

  it('makes plain values a set, those of the patch first', async () => {
    const set = '  items: # {"x-kubernetes-patch-strategy": "merge"}\n';
    assert.deepEqual(await specOf(`spec:\n${set}  - a\n  - b\n`, 'spec:\n  items: [c, a]\n'), {
      items: ['c', 'a', 'b'],
    });
  });

  it('means nothing where it is no JSON, and takes the merging away where it says so', async () => {
    const replaced = { containers: [{ name: 'c', command: ['x'] }] };
    for (const [spec, list] of [
      ['', '# {not json'],
      [POD, '# {"type":"array"}'],
    ]) {
      const resource = `spec: ${spec ?? ''}\n${containers(list ?? '', mine)}`;
      assert.deepEqual(await specOf(resource, `spec:\n${containers('', theirs)}`), replaced);
    }
  });
});
