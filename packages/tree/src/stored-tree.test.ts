import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import type { FileTree } from './file-tree.ts';
import { memoryTree } from './memory-tree.ts';

const text = async (tree: FileTree, path: string): Promise<string | undefined> => {
  const [file] = await tree.read([path]);
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
};

describe('a tree with links', () => {
  const tree = memoryTree({
    'base/one.yaml': 'one',
    'base/deep/two.yaml': 'two',
    'overlay/link': { link: '../base' },
    'overlay/one.yaml': { link: './link/one.yaml' },
    'overlay/out': { link: '../../etc/passwd' },
    'overlay/root': { link: '/etc/passwd' },
    'overlay/back': { link: '../overlay/link/deep/..' },
    'loop/a': { link: 'b' },
    'loop/b': { link: 'a' },
    dangling: { link: 'nowhere' },
    self: { link: '.' },
  });

  it('reads through links to files and to folders, also in the middle of a path', async () => {
    assert.equal(await text(tree, 'overlay/one.yaml'), 'one');
    assert.equal(await text(tree, 'overlay/link/deep/two.yaml'), 'two');
    assert.equal(await text(tree, 'overlay/back/one.yaml'), 'one');
    assert.equal(await text(tree, 'self/self/base/one.yaml'), 'one');
  });

  it('refuses links that lead out, are absolute or go in a circle', async () => {
    for (const path of ['overlay/out', 'overlay/root', 'loop/a', 'loop/b/c']) {
      await assert.rejects(tree.read([path]), (error) => isCapstanError(error, 'TREE_LINK_ESCAPES'), path);
    }
  });

  it('lists what links lead to, and broken links as files that cannot be read', async () => {
    const [entries] = await tree.list(['overlay']);
    assert.deepEqual(
      entries?.map((entry) => `${entry.name} ${entry.kind}`),
      ['back directory', 'link directory', 'one.yaml file', 'out file', 'root file'],
    );
    assert.equal(await text(tree, 'dangling'), undefined);
  });

  it('finds nothing below a file, and no file where a folder is', async () => {
    assert.deepEqual(await tree.read(['base/one.yaml/x', 'base', 'missing/x', '']), Array(4).fill(undefined));
    assert.deepEqual(await tree.list(['base/one.yaml', 'missing']), [undefined, undefined]);
  });

  it('refuses paths that are not inside', async () => {
    for (const path of ['../x', 'a/../b', '/etc/passwd', 'a\0b', 'x'.repeat(5000)]) {
      await assert.rejects(tree.read([path]), (error) => isCapstanError(error, 'TREE_PATH_INVALID'));
      await assert.rejects(tree.list([path]), (error) => isCapstanError(error, 'TREE_PATH_INVALID'));
    }
  });

  it('has equal digests for equal content only', () => {
    const digest = (files: Parameters<typeof memoryTree>[0]) => memoryTree(files).digest;
    assert.equal(digest({ a: '1', 'b/c': '2' }), digest({ 'b/c': '2', a: '1' }));
    const others = [
      digest({ a: '1' }),
      digest({ a: '2' }),
      digest({ b: '1' }),
      digest({ a: { link: '1' } }),
      digest({ a: { content: '1', executable: true } }),
      digest({ 'a/a': '1' }),
    ];
    assert.equal(new Set(others).size, others.length);
  });

  it('keeps names that JavaScript treats in a special way', async () => {
    const odd = memoryTree([['__proto__/constructor', 'x']]);
    assert.equal(await text(odd, '__proto__/constructor'), 'x');
  });
});
