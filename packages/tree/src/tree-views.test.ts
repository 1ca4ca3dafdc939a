import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { filteredTree } from './filtered-tree.ts';
import type { FileTree } from './file-tree.ts';
import { memoryTree } from './memory-tree.ts';
import { overlayTree } from './overlay-tree.ts';
import { joinPath } from './path.ts';
import { subtree } from './subtree.ts';
import { walkTree } from './walk-tree.ts';

const text = async (tree: FileTree, path: string): Promise<string | undefined> => {
  const [file] = await tree.read([path]);
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
};
const paths = async (tree: FileTree, path = '') => (await walkTree(tree, path)).map((entry) => entry.path);

describe('views of a tree', () => {
  const tree = memoryTree({ 'a/x': '1', 'a/b/y': '2', 'a-c/z': '3', 'a/up': { link: '../a-c' } }, ['empty']);

  it('walks in order, folder before content, not into linked folders', async () => {
    assert.deepEqual(await paths(tree), ['a', 'a/b', 'a/b/y', 'a/up', 'a/x', 'a-c', 'a-c/z', 'empty']);
    await assert.rejects(walkTree(tree, 'none'), (error) => isCapstanError(error, 'TREE_PATH_NOT_FOUND'));
  });

  it('shows a folder as a tree whose links still lead to the rest', async () => {
    const view = subtree(tree, './a/');
    assert.equal(await text(view, 'x'), '1');
    assert.equal(await text(view, 'up/z'), '3');
    assert.deepEqual(await subtree(tree, 'none').list(['']), [undefined]);
  });

  it('lays generated files over a tree', async () => {
    const view = overlayTree(tree, { 'a/x': 'new', 'a/b/w': 'added', 'n/m': 'far' });
    assert.deepEqual(
      [await text(view, 'a/x'), await text(view, 'a/b/y'), await text(view, 'n/m')],
      ['new', '2', 'far'],
    );
    assert.deepEqual(
      (await view.list(['a/b']))[0]?.map((entry) => entry.name),
      ['w', 'y'],
    );
    assert.notEqual(view.digest, tree.digest);
  });

  it('hides what a filter does not keep, and what lies below it', async () => {
    const view = filteredTree(tree, 'no b', (path) => path !== 'a/b');
    assert.equal(await text(view, 'a/b/y'), undefined);
    assert.deepEqual(await view.list(['a/b']), [undefined]);
    assert.deepEqual(await paths(view, 'a'), ['a/up', 'a/x']);
  });

  it('joins paths without leaving the tree', () => {
    assert.equal(joinPath('a/b', '../c/./d'), 'a/c/d');
    assert.equal(joinPath('a', '..'), '');
    for (const path of ['../../x', '/x', '\0']) {
      assert.throws(
        () => joinPath('a', path),
        (error) => isCapstanError(error, 'TREE_PATH_INVALID'),
      );
    }
  });
});
