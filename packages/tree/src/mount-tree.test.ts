import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryTree } from './memory-tree.ts';
import { mountTree } from './mount-tree.ts';
import { walkTree } from './walk-tree.ts';

const base = memoryTree({ 'a.yaml': 'a', 'lib/old.yaml': 'old', 'lib/deep/x.yaml': 'x' });
const other = memoryTree({ 'b.yaml': 'b', 'charts/c.yaml': 'c' });

async function pathsOf(tree: Parameters<typeof walkTree>[0]): Promise<readonly string[]> {
  return (await walkTree(tree, '')).map(({ path, kind }) => (kind === 'directory' ? `${path}/` : path));
}

async function textAt(tree: Parameters<typeof walkTree>[0], path: string): Promise<string | undefined> {
  const [file] = await tree.read([path]);
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
}

describe('a tree in a tree', () => {
  it('is seen below its path, whose folders are made', async () => {
    const tree = mountTree(base, { path: 'x/y', tree: other, from: '' });
    assert.deepEqual(await pathsOf(tree), [
      'a.yaml',
      'lib/',
      'lib/deep/',
      'lib/deep/x.yaml',
      'lib/old.yaml',
      'x/',
      'x/y/',
      'x/y/b.yaml',
      'x/y/charts/',
      'x/y/charts/c.yaml',
    ]);
    assert.equal(await textAt(tree, 'x/y/charts/c.yaml'), 'c');
    assert.equal(await textAt(tree, 'a.yaml'), 'a');
  });

  it('takes the place of what was there, and may be a folder or a file of the other tree', async () => {
    const folder = mountTree(base, { path: 'lib', tree: other, from: 'charts' });
    assert.deepEqual(await pathsOf(folder), ['a.yaml', 'lib/', 'lib/c.yaml']);
    assert.equal(await textAt(folder, 'lib/old.yaml'), undefined);
    const file = mountTree(base, { path: 'lib/new.yaml', tree: other, from: 'b.yaml' });
    assert.equal(await textAt(file, 'lib/new.yaml'), 'b');
    assert.equal(await textAt(file, 'lib/old.yaml'), 'old');
  });

  it('cannot be put outside, nor taken from outside', () => {
    for (const mount of [
      { path: '../x', tree: other, from: '' },
      { path: 'x', tree: other, from: '../..' },
    ])
      assert.throws(() => mountTree(base, mount), { code: 'TREE_PATH_INVALID' });
  });

  it('has another digest where anything of it differs', () => {
    const digests = [
      { path: 'x', tree: other, from: '' },
      { path: 'y', tree: other, from: '' },
      { path: 'x', tree: other, from: 'charts' },
      { path: 'x', tree: base, from: '' },
    ].map((mount) => mountTree(base, mount).digest);
    assert.equal(new Set(digests).size, digests.length);
  });
});
