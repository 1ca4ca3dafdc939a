import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createGitRepository } from './git-repository.ts';

describe('createGitRepository', () => {
  it('commits, deletes, links, tags, forces and removes branches', async (test) => {
    const directory = mkdtempSync(join(tmpdir(), 'capstan-git-'));
    test.after(() => rmSync(directory, { recursive: true, force: true }));
    const repository = await createGitRepository(join(directory, 'one.git'));
    const first = await repository.commit(
      { 'a/b.yaml': 'one', 'run.sh': { content: '#!/bin/sh\n', executable: true }, 'l"k': { link: 'a/b.yaml' } },
      'first',
    );
    const second = await repository.commit({ 'a/b.yaml': null, c: new Uint8Array([0, 255]) }, 'second');
    await repository.tag('v1', { at: first, message: 'annotated' });
    assert.match(await repository.git('ls-tree', '-r', first), /100755.*run\.sh[^]*|120000/);
    assert.equal(await repository.git('ls-tree', '-r', '--name-only', '-z', second), 'c\0l"k\0run.sh\0');
    assert.equal(await repository.git('rev-parse', `${second}^`), first);
    assert.equal(await repository.git('rev-parse', 'v1^{commit}'), first);
    const third = await repository.commit({ only: 'x' }, 'third', { force: true });
    assert.equal(await repository.git('rev-list', '--count', 'main'), '1');
    await repository.commit({ only: 'y' }, 'other', { branch: 'side' });
    await repository.deleteBranch('side');
    assert.equal(await repository.git('for-each-ref', '--format=%(objectname)', 'refs/heads'), third);
  });
});
