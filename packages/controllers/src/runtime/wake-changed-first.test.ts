import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '@capstan/kube';
import { wakeChangedFirst } from './wake-changed-first.ts';

const ref = (name: string) => ({ group: 'a.example', kind: 'App', namespace: 'shop', name });

/** Who is woken, in order. */
function wakes() {
  const woken: string[] = [];
  return { woken, wake: ({ name }: { readonly name: string }): void => void woken.push(name) };
}

describe('waking', () => {
  it('begins with those for whom something has changed', async () => {
    const { woken, wake } = wakes();
    const isChanged = ({ name }: { readonly name: string }): Promise<boolean> => Promise.resolve(name.length > 1);
    await wakeChangedFirst(virtualClock(), ['a', 'changed', 'b', 'too', 'c'].map(ref), isChanged, wake);
    assert.deepEqual(woken, ['changed', 'too', 'a', 'b', 'c']);
  });

  it('wakes all where it cannot be told for whom', async () => {
    const { woken, wake } = wakes();
    let asked = 0;
    const isChanged = (): Promise<boolean> =>
      ++asked === 2 ? Promise.reject(new Error('the repository is away')) : Promise.resolve(false);
    await wakeChangedFirst(virtualClock(), ['a', 'b', 'c'].map(ref), isChanged, wake);
    assert.deepEqual([woken, asked], [['a', 'b', 'c'], 2]);
  });

  it('wakes all, each once, where that takes too long', async () => {
    const { woken, wake } = wakes();
    const clock = virtualClock();
    const answer = Promise.withResolvers<boolean>();
    const done = wakeChangedFirst(clock, ['a', 'b'].map(ref), () => answer.promise, wake);
    await clock.advance(10_000);
    assert.deepEqual(woken, ['a', 'b']);
    answer.resolve(true);
    await done;
    assert.deepEqual(woken, ['a', 'b']);
  });
});
