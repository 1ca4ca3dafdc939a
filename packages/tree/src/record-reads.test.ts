import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryTree, type MemoryFile } from './memory-tree.ts';
import { readsStillHold, recordReads } from './record-reads.ts';

const files: Record<string, MemoryFile> = {
  'apps/a/kustomization.yaml': 'a',
  'apps/b/kustomization.yaml': 'b',
  'shared/base.yaml': 'base',
  'apps/a/link.yaml': { link: '../../shared/base.yaml' },
};

async function readA(): Promise<ReturnType<typeof recordReads>> {
  const recorder = recordReads(memoryTree(files));
  await recorder.tree.list(['apps/a']);
  await recorder.tree.read(['apps/a/kustomization.yaml', 'apps/a/Kustomization', './apps/a/link.yaml']);
  return recorder;
}

describe('recordReads', () => {
  it('notes files, folders and look-ups that found nothing', async () => {
    const { files: read, folders } = (await readA()).reads();
    assert.deepEqual(Object.keys(folders), ['apps/a']);
    assert.deepEqual(Object.keys(read).sort(), [
      'apps/a/Kustomization',
      'apps/a/kustomization.yaml',
      'apps/a/link.yaml',
    ]);
    assert.equal(read['apps/a/Kustomization'], null);
  });

  it('holds after a change elsewhere', async () => {
    const reads = (await readA()).reads();
    assert.equal(await readsStillHold(reads, memoryTree({ ...files, 'apps/b/kustomization.yaml': 'new' })), true);
    assert.equal(await readsStillHold(reads, memoryTree({ ...files, 'apps/c/x': 'new' })), true);
  });

  it('does not hold after a change of what was read, through links too, or looked for', async () => {
    const reads = (await readA()).reads();
    for (const change of [
      { 'apps/a/kustomization.yaml': 'new' },
      { 'shared/base.yaml': 'new' },
      { 'apps/a/Kustomization': 'appeared' },
      { 'apps/a/extra.yaml': 'listed' },
      { 'apps/a/link.yaml': { link: '/etc/passwd' } },
    ]) {
      assert.equal(await readsStillHold(reads, memoryTree({ ...files, ...change })), false, JSON.stringify(change));
    }
    const { 'apps/a/link.yaml': _, ...without } = files;
    assert.equal(await readsStillHold(reads, memoryTree(without)), false);
  });
});
