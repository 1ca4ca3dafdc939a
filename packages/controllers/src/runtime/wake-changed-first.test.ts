import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '@capstan/kube';
import { wakeChangedFirst } from './wake-changed-first.ts';

const ref = (name: string) => ({ group: 'a.example', kind: 'App', namespace: 'shop', name });

type Named = { readonly name: string };

/** Who is woken, in order; nobody's turn takes any time, unless it is given. */
function wakes(turn: Promise<void> = Promise.resolve()) {
  const woken: string[] = [];
  return { woken, queue: { wake: ({ name }: Named): void => void woken.push(name), settled: () => turn } };
}

describe('waking', () => {
  it('begins with those for whom something has changed', async () => {
    const { woken, queue } = wakes();
    const isChanged = ({ name }: Named): Promise<boolean> => Promise.resolve(name.length > 1);
    await wakeChangedFirst(virtualClock(), ['a', 'changed', 'b', 'too', 'c'].map(ref), isChanged, queue);
    assert.deepEqual(woken, ['changed', 'too', 'a', 'b', 'c']);
  });

  it('wakes all where it cannot be told for whom', async () => {
    const { woken, queue } = wakes();
    let asked = 0;
    const isChanged = (): Promise<boolean> =>
      ++asked === 2 ? Promise.reject(new Error('the repository is away')) : Promise.resolve(false);
    await wakeChangedFirst(virtualClock(), ['a', 'b', 'c'].map(ref), isChanged, queue);
    assert.deepEqual([woken, asked], [['a', 'b', 'c'], 2]);
  });

  it('wakes all, each once, where that takes too long', async () => {
    const { woken, queue } = wakes();
    const clock = virtualClock();
    const answer = Promise.withResolvers<boolean>();
    const done = wakeChangedFirst(clock, ['a', 'b'].map(ref), () => answer.promise, queue);
    await clock.advance(10_000);
    assert.deepEqual(woken, ['a', 'b']);
    answer.resolve(true);
    await done;
    assert.deepEqual(woken, ['a', 'b']);
  });

  it('lets the others begin when those have had their turn, or after a while', async () => {
    const clock = virtualClock();
    const turn = Promise.withResolvers<void>();
    const isChanged = ({ name }: Named): Promise<boolean> => Promise.resolve(name === 'changed');
    const [first, second] = [wakes(turn.promise), wakes(new Promise(() => undefined))];
    const done = wakeChangedFirst(clock, ['a', 'changed'].map(ref), isChanged, first.queue);
    const late = wakeChangedFirst(clock, ['a', 'changed'].map(ref), isChanged, second.queue);
    await clock.advance(100);
    assert.deepEqual([first.woken, second.woken], [['changed'], ['changed']]);
    turn.resolve();
    await done;
    assert.deepEqual([first.woken, second.woken], [['changed', 'a'], ['changed']]);
    await clock.advance(10_000);
    await late;
    assert.deepEqual(second.woken, ['changed', 'a']);
  });
});
