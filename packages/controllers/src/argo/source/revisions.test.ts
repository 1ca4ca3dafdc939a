import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { virtualClock } from '@capstan/kube';
import type { GitSource, Revision } from '@capstan/source';
import { Revisions, SHARED_MS } from './revisions.ts';

const request = { url: 'https://git.example.com/team/repo.git', timeoutSeconds: 60 };
const { signal } = new AbortController();

/** A repository whose looks end when the test says so. */
function repository(): { readonly git: GitSource; readonly looks: ((commit: string) => void)[] } {
  const looks: ((commit: string) => void)[] = [];
  const git = {
    resolve: () =>
      new Promise<Revision>((resolve) => {
        looks.push((commit) => resolve({ commit, reference: 'refs/heads/main' }));
      }),
  };
  return { git: git as unknown as GitSource, looks };
}

describe('Revisions', () => {
  it('answers those who ask for news by a look that began after they asked, one for all of them', async () => {
    const { git, looks } = repository();
    const revisions = new Revisions(git, virtualClock());
    const first = revisions.resolve(request, 'main', 0, signal);
    const second = revisions.resolve(request, 'main', 0, signal);
    const third = revisions.resolve(request, 'main', 0, signal);
    assert.equal(looks.length, 1);
    looks[0]?.('old');
    assert.equal((await first).commit, 'old');
    await Promise.resolve();
    assert.equal(looks.length, 2);
    looks[1]?.('new');
    assert.deepEqual([(await second).commit, (await third).commit], ['new', 'new']);
  });

  it('answers the others by what is fresh enough', async () => {
    const { git, looks } = repository();
    const clock = virtualClock();
    const revisions = new Revisions(git, clock);
    const first = revisions.resolve(request, 'main', 2_000, signal);
    const second = revisions.resolve(request, 'main', 2_000, signal);
    looks[0]?.('old');
    assert.deepEqual([(await first).commit, (await second).commit, looks.length], ['old', 'old', 1]);
    assert.equal((await revisions.resolve(request, 'main', Infinity, signal)).commit, 'old');
    void revisions.resolve(request, 'main', 0, signal);
    assert.equal(looks.length, 2);
  });

  it('gives many who come at once one look, and tells them where another one soon after finds something else', async () => {
    const { git, looks } = repository();
    const clock = virtualClock();
    const moved: string[] = [];
    const revisions = new Revisions(git, clock, (url) => moved.push(url));
    const all = Array.from({ length: 50 }, () => revisions.resolve(request, 'main', SHARED_MS, signal));
    looks[0]?.('old');
    assert.deepEqual(new Set((await Promise.all(all)).map(({ commit }) => commit)), new Set(['old']));
    await clock.advance(SHARED_MS);
    assert.equal(looks.length, 2);
    looks[1]?.('old');
    void revisions.resolve(request, 'main', SHARED_MS, signal);
    await clock.advance(2 * SHARED_MS);
    assert.deepEqual([looks.length, moved], [3, []]);
    looks[2]?.('new');
    await clock.advance(0);
    assert.deepEqual(moved, [request.url]);
    await clock.advance(10 * SHARED_MS);
    assert.equal(looks.length, 3);
  });

  it('looks again, too, for those who were given a newer look while the check of an older one was due', async () => {
    const { git, looks } = repository();
    const clock = virtualClock();
    const moved: string[] = [];
    const revisions = new Revisions(git, clock, (url) => moved.push(url));
    const ask = (maxAgeMs: number) => revisions.resolve(request, 'main', maxAgeMs, signal);
    const first = ask(SHARED_MS);
    looks[0]?.('old');
    await first;
    // Given the first look, so that a check waits; then somebody has a look of their own, which begins before the push.
    await ask(SHARED_MS);
    const own = ask(0);
    looks[1]?.('old');
    await own;
    // Asked after the push, and answered by that look.
    assert.equal((await ask(SHARED_MS)).commit, 'old');
    await clock.advance(SHARED_MS);
    assert.equal(looks.length, 3);
    looks[2]?.('new');
    await clock.advance(0);
    assert.deepEqual(moved, [request.url]);
  });

  it('looks less often while many keep coming and nothing moves, and as often as before once something has', async () => {
    const { git, looks } = repository();
    const clock = virtualClock();
    const revisions = new Revisions(git, clock);
    const come = async (seconds: number, commit: string): Promise<number> => {
      const before = looks.length;
      for (let at = 0; at < seconds * 10; at++) {
        void revisions.resolve(request, 'main', SHARED_MS, signal);
        for (const answer of looks) answer(commit);
        await clock.advance(100);
      }
      return looks.length - before;
    };
    assert.ok((await come(64, 'old')) < 14);
    await come(9, 'new');
    assert.ok((await come(2, 'new')) > 0);
  });
});
