import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ArtifactContent } from '@capstan/source';
import { memoryTree } from '@capstan/tree';
import { KeptContents } from './kept-contents.ts';

const content = (entries: number): ArtifactContent => ({
  entries: Array.from({ length: entries }, (_, index) => ({
    path: `${index}`,
    name: `${index}`,
    kind: 'file',
    digest: `${index}`,
  })),
  tree: memoryTree({}),
});

/** Asks for contents of so many entries in turn; tells which of them had to be made. */
async function ask(kept: KeptContents, ...asked: readonly (readonly [string, number])[]): Promise<readonly string[]> {
  const made: string[] = [];
  for (const [key, entries] of asked) {
    await kept.get(key, async () => {
      made.push(key);
      return content(entries);
    });
  }
  return made;
}

describe('kept contents', () => {
  it('let those go that were used least recently when they hold too many entries together', async () => {
    const kept = new KeptContents(10);
    assert.deepEqual(await ask(kept, ['a', 4], ['b', 4], ['a', 4], ['c', 4], ['a', 4], ['b', 4]), ['a', 'b', 'c', 'b']);
  });

  it('keep the newest, however large it is', async () => {
    const kept = new KeptContents(10);
    assert.deepEqual(await ask(kept, ['large', 20], ['large', 20]), ['large']);
  });

  it('keep nothing of what could not be made', async () => {
    const kept = new KeptContents(10);
    await assert.rejects(
      kept.get('a', () => Promise.reject(new Error('gone'))),
      /gone/,
    );
    assert.deepEqual(await ask(kept, ['a', 1]), ['a']);
  });
});
