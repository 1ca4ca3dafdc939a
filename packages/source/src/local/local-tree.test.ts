import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { MAX_FILE_BYTES } from '@capstan/tree';
import { localTree } from './local-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'capstan-local-tree-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'in', 'sub'), { recursive: true });
writeFileSync(join(folder, 'in', 'a.txt'), 'a');
writeFileSync(join(folder, 'in', 'sub', 'b.txt'), 'b');
writeFileSync(join(folder, 'out.txt'), 'out');
symlinkSync('sub/b.txt', join(folder, 'in', 'inside'));
symlinkSync('../out.txt', join(folder, 'in', 'outside'));
symlinkSync(join(folder, 'out.txt'), join(folder, 'in', 'absolute'));
writeFileSync(join(folder, 'in', 'large'), '');
truncateSync(join(folder, 'in', 'large'), MAX_FILE_BYTES + 1);

describe('a local folder as a tree', () => {
  const tree = localTree(join(folder, 'in'));
  const textOf = async (path: string): Promise<string | undefined> => {
    const [file] = await tree.read([path]);
    return file === undefined ? undefined : new TextDecoder().decode(file.bytes);
  };

  it('lists and reads files, links inside of it too', async () => {
    const [entries] = await tree.list(['']);
    assert.deepEqual(
      entries?.map(({ name, kind }) => `${name} ${kind}`),
      ['a.txt file', 'absolute file', 'inside file', 'large file', 'outside file', 'sub directory'],
    );
    assert.equal(await textOf('sub/b.txt'), 'b');
    assert.equal(await textOf('inside'), 'b');
    assert.equal(await textOf('nothing'), undefined);
  });

  it('is not left: not by a path, not by a link', async () => {
    await assert.rejects(textOf('../out.txt'), { code: 'TREE_PATH_INVALID' });
    await assert.rejects(textOf('outside'), { code: 'TREE_LINK_ESCAPES' });
    await assert.rejects(textOf('absolute'), { code: 'TREE_LINK_ESCAPES' });
  });

  it('does not read a file that is too large', async () => {
    await assert.rejects(textOf('large'), { code: 'TREE_LIMIT' });
  });

  it('must be there', () => {
    assert.throws(() => localTree(join(folder, 'nowhere')), { code: 'RENDER_NOT_FOUND' });
  });
});
