import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printFiles } from '../file-set.ts';
import { caseSeed, Random } from '../random.ts';
import { buildOurs, compareBuilds } from './compare.ts';
import { findKustomize } from './oracle.ts';
import { makeOverlay } from './overlay.ts';

const SEED = 6;
const COUNT = 300;
/** Overlays that are held against the real kustomize: each starts a process. */
const COMPARED = 25;

const overlayOf = (index: number) => makeOverlay(new Random(caseSeed(SEED, index)));
const program = findKustomize();

describe('an overlay made at random', () => {
  it('is the same for the same seed', () => {
    for (let index = 0; index < COUNT; index++) {
      assert.equal(printFiles(overlayOf(index).files), printFiles(overlayOf(index).files));
    }
  });

  it('ends with objects or with an error of our own, the same each time', async () => {
    let built = 0;
    for (let index = 0; index < COUNT; index++) {
      const first = await buildOurs(overlayOf(index));
      assert.notEqual(first.kind, 'crashed', `${index}: ${first.kind === 'crashed' ? first.message : ''}`);
      assert.deepEqual(await buildOurs(overlayOf(index)), first);
      if (first.kind === 'output') built++;
    }
    assert.ok(built > COUNT / 5, `only ${built} of ${COUNT} overlays are built`);
  });

  it('comes to what it comes to when it stands on itself once more', async () => {
    for (let index = 0; index < COUNT; index++) {
      const overlay = overlayOf(index);
      const once = await buildOurs(overlay);
      // Origins are kustomize's own notes, which it takes away where a build does not ask for them.
      if (once.kind !== 'output' || once.text === '' || once.text.includes('config.kubernetes.io/')) continue;
      const files = new Map([
        ['again/objects.yaml', once.text],
        ['again/kustomization.yaml', 'resources: [objects.yaml]\nsortOptions: {order: fifo}\n'],
      ]);
      const again = await buildOurs({ files, root: 'again' });
      if (again.kind === 'output') assert.equal(again.text, once.text, `overlay ${index}`);
    }
  });

  it(
    'comes to what the real kustomize makes of it',
    { skip: program === undefined ? 'the real kustomize is not installed' : false },
    async () => {
      for (let index = 0; index < COMPARED; index++) {
        const overlay = overlayOf(index);
        const { difference, ours, theirs } = await compareBuilds(program ?? '', overlay);
        assert.equal(difference, 'none', `overlay ${index}: ${JSON.stringify({ ours, theirs }, null, 2)}`);
      }
    },
  );
});
