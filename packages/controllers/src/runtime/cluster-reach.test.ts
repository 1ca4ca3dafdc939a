import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock, type VirtualClock } from '@capstan/kube';
import { ClusterReach } from './cluster-reach.ts';

interface Bench {
  readonly reach: ClusterReach;
  readonly clock: VirtualClock;
  readonly changes: string[];
  /** Answers the question that is open. */
  readonly answer: (failure?: Error) => Promise<void>;
  readonly asked: () => number;
}

function bench(): Bench {
  const clock = virtualClock();
  const changes: string[] = [];
  const open: PromiseWithResolvers<void>[] = [];
  let asked = 0;
  const reach = new ClusterReach({
    server: 'https://east.example',
    clock,
    random: () => 0,
    probe: () => {
      asked += 1;
      const question = Promise.withResolvers<void>();
      open.push(question);
      return question.promise;
    },
    onChange: (state) => changes.push(state),
  });
  const answer = async (failure?: Error): Promise<void> => {
    const question = open.shift();
    assert.ok(question, 'nothing is asked');
    if (failure === undefined) question.resolve();
    else question.reject(failure);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { reach, clock, changes, answer, asked: () => asked };
}

describe('whether a cluster can be reached', () => {
  it('is found out once, and told', async () => {
    const { reach, changes, answer, asked } = bench();
    assert.equal(reach.state, 'unknown');
    reach.look();
    reach.look();
    assert.equal(asked(), 1);
    await answer();
    assert.deepEqual(changes, ['up']);
    assert.equal(reach.state, 'up');
  });

  it('ends what waits when it goes down, and tells when it is back', async () => {
    const { reach, clock, changes, answer, asked } = bench();
    reach.look();
    await answer();
    const { signal } = reach;
    const ended = reach.observer.begun();
    ended('broken');
    await answer(new Error('refused'));
    assert.deepEqual(changes, ['up', 'down']);
    assert.equal(reach.problem, 'refused');
    assert.equal(signal.aborted, true);
    assert.equal(reach.signal.aborted, true);
    // It is asked again by itself, without news that are none.
    await clock.advance(1_000);
    assert.equal(asked(), 3);
    await answer(new Error('still refused'));
    assert.deepEqual(changes, ['up', 'down']);
    await clock.advance(2_000);
    await answer();
    assert.deepEqual(changes, ['up', 'down', 'up']);
    assert.equal(reach.signal.aborted, false);
  });

  it('is asked when calls hang, and not while any is answered', async () => {
    const { reach, clock, answer, asked } = bench();
    reach.look();
    await answer();
    const first = reach.observer.begun();
    const second = reach.observer.begun();
    await clock.advance(2_000);
    first('answered');
    await clock.advance(2_000);
    assert.equal(asked(), 1);
    await clock.advance(3_000);
    assert.equal(asked(), 2);
    await answer(new Error('no answer'));
    assert.equal(reach.state, 'down');
    second('answered');
  });

  it('is asked now and then, so that one that nobody calls is not taken to be there for ever', async () => {
    const { reach, clock, answer, asked } = bench();
    reach.look();
    await answer();
    await clock.advance(29_000);
    assert.equal(asked(), 1);
    await clock.advance(1_000);
    assert.equal(asked(), 2);
    await answer();
    await clock.advance(30_000);
    assert.equal(asked(), 3);
  });

  it('is asked no more once it is closed', async () => {
    const { reach, clock, changes, answer, asked } = bench();
    reach.look();
    reach.close();
    await answer(new Error('refused'));
    await clock.advance(60_000);
    assert.equal(asked(), 1);
    assert.deepEqual(changes, []);
    assert.equal(reach.signal.aborted, true);
  });
});
