import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../virtual-clock.ts';
import { createWorkQueue, type WorkQueueOptions } from './create-work-queue.ts';
import type { WaitAside, WorkQueue, WorkResult } from './work-queue.ts';

interface Rig {
  readonly queue: WorkQueue;
  readonly ran: string[];
  readonly clock: ReturnType<typeof virtualClock>;
}

function rig(
  work: (key: string, signal: AbortSignal, aside: WaitAside) => Promise<WorkResult | undefined>,
  rest: Partial<WorkQueueOptions> = {},
): Rig {
  const clock = virtualClock();
  const ran: string[] = [];
  const queue = createWorkQueue({
    concurrency: 1,
    backoff: { baseMs: 1000, factor: 2, maxMs: 5000, jitter: 0 },
    onError: () => undefined,
    clock,
    random: () => 0,
    ...rest,
    work: (key, signal, aside) => {
      ran.push(key);
      return work(key, signal, aside);
    },
  });
  return { queue, ran, clock };
}

/** A promise with its resolver. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const done = (): Promise<undefined> => Promise.resolve(undefined);

describe('the work queue', () => {
  it('runs a key once however often it is added before its turn', async () => {
    const { queue, ran } = rig(done);
    for (const key of ['a', 'a', 'b', 'a']) queue.add(key);
    await queue.idle();
    assert.deepEqual(ran, ['a', 'b']);
  });

  it('runs what goes on before what has not begun, and counts it as work until then', async () => {
    const begun = new Set<string>();
    const { queue, ran, clock } = rig((key) => {
      if (key !== 'a' || begun.has(key)) return Promise.resolve(undefined);
      begun.add(key);
      return Promise.resolve({ requeueAfterMs: 100, goesOn: true });
    });
    queue.add('a');
    await clock.advance(1);
    assert.deepEqual([ran, queue.isIdle], [['a'], false]);
    for (const key of ['b', 'c', 'a']) queue.add(key);
    await queue.idle();
    assert.deepEqual([ran, queue.metrics().depth], [['a', 'a', 'b', 'c'], 0]);
    for (const key of ['b', 'a']) queue.add(key);
    await queue.idle();
    assert.deepEqual(ran.slice(4), ['b', 'a']);
  });

  it('runs what goes on once its time has come', async () => {
    let runs = 0;
    const { queue, ran, clock } = rig(() => {
      runs += 1;
      return Promise.resolve(runs === 1 ? { requeueAfterMs: 100, goesOn: true } : undefined);
    });
    queue.add('a');
    await clock.advance(99);
    assert.deepEqual([ran, queue.isIdle], [['a'], false]);
    await clock.advance(1);
    assert.deepEqual([ran, queue.isIdle], [['a', 'a'], true]);
  });

  it('gathers what comes soon into one run, counts it as work, and runs it earlier where that is asked for', async () => {
    const { queue, ran, clock } = rig(done);
    queue.addAfter('a', 50);
    queue.addSoon('a', 100);
    await clock.advance(60);
    queue.addSoon('a', 100);
    assert.deepEqual([ran, queue.isIdle, queue.metrics().depth], [[], false, 1]);
    await clock.advance(40);
    assert.deepEqual([ran, queue.isIdle], [['a'], true]);
    queue.addSoon('b', 100);
    queue.add('b');
    await clock.advance(200);
    assert.deepEqual(ran, ['a', 'b']);
  });

  it('runs a key that was added while it ran once more, and never in two workers', async () => {
    const doors = [gate(), gate()];
    let at = 0;
    let inside = 0;
    const { queue, ran } = rig(
      async () => {
        inside += 1;
        assert.equal(inside, 1);
        await doors[at++]?.opened;
        inside -= 1;
        return undefined;
      },
      { concurrency: 4 },
    );
    queue.add('a');
    await Promise.resolve();
    queue.add('a');
    queue.add('a');
    doors[0]?.open();
    doors[1]?.open();
    await queue.idle();
    assert.deepEqual(ran, ['a', 'a']);
  });

  it('tells when a key has had its turn, whatever else there is to do', async () => {
    const opened = gate();
    const { queue } = rig((key) => (key === 'slow' ? opened.opened.then(done) : done()), { concurrency: 2 });
    await queue.settled('never added');
    queue.add('slow');
    queue.add('a');
    let isSettled = false;
    const slow = queue.settled('slow').then(() => {
      isSettled = true;
    });
    await queue.settled('a');
    assert.equal(isSettled, false);
    queue.add('slow');
    opened.open();
    await slow;
    assert.equal(queue.isIdle, true);
  });

  it('lets groups take turns, so that a noisy one starves nobody', async () => {
    const { queue, ran } = rig(done, { groupOf: (key) => key[0] ?? '' });
    for (const key of ['x1', 'x2', 'x3', 'y1', 'z1', 'y2']) queue.add(key);
    await queue.idle();
    assert.deepEqual(ran, ['x1', 'y1', 'z1', 'x2', 'y2', 'x3']);
  });

  it('backs off a failing key longer each time, up to the limit, and starts anew after a success', async () => {
    let failing = true;
    const { queue, ran, clock } = rig(() => (failing ? Promise.reject(new Error('no')) : done()));
    queue.add('a');
    await queue.idle();
    for (const [wait, runs] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [4000, 4],
      [4999, 4],
      [1, 5],
    ] as const) {
      await clock.advance(wait);
      assert.equal(ran.length, runs);
    }
    failing = false;
    await clock.advance(5000);
    assert.equal(queue.failures('a'), 0);
    assert.equal(queue.metrics().delayed, 0);
  });

  it('takes the earlier of two delays, and an add before any', async () => {
    const { queue, ran, clock } = rig(done);
    queue.addAfter('a', 5000);
    queue.addAfter('a', 2000);
    queue.addAfter('a', 9000);
    await clock.advance(2000);
    assert.deepEqual(ran, ['a']);
    queue.addAfter('a', 5000);
    queue.add('a');
    await clock.advance(5000);
    assert.deepEqual(ran, ['a', 'a']);
    assert.equal(clock.pending(), 0);
  });

  it('requeues as the work asks, and leaves a stalled key until it is added again', async () => {
    const { queue, ran, clock } = rig(
      (key) => (key === 'a' ? Promise.resolve({ requeueAfterMs: 3000 }) : Promise.reject(new Error('stalled'))),
      { backoff: () => undefined },
    );
    queue.add('a');
    queue.add('b');
    await clock.advance(2999);
    assert.deepEqual(ran, ['a', 'b']);
    await clock.advance(1);
    assert.deepEqual(ran, ['a', 'b', 'a']);
  });

  it('reports errors with their count, and how long the oldest key has waited', async () => {
    const errors: unknown[] = [];
    const door = gate();
    const { queue, clock } = rig(
      async (key) => {
        await door.opened;
        throw new Error(key);
      },
      { onError: (key, _error, count) => errors.push([key, count]) },
    );
    queue.add('a');
    queue.add('b');
    await clock.advance(700);
    assert.deepEqual(queue.metrics(), {
      depth: 1,
      delayed: 0,
      running: 1,
      aside: 0,
      oldestMs: 700,
      processed: 0,
      failed: 0,
    });
    door.open();
    await queue.idle();
    assert.deepEqual(errors, [
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('drains: aborts what runs, starts nothing more, and leaves no timer behind', async () => {
    const { queue, ran, clock } = rig(
      (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    await Promise.resolve();
    await queue.drain();
    queue.add('d');
    await clock.advance(100);
    assert.deepEqual(ran, ['a']);
    assert.equal(clock.pending(), 0);
  });

  it('keeps order among thousands of delays', async () => {
    const { queue, ran, clock } = rig(done);
    const delays = Array.from({ length: 2000 }, (_, index) => ((index * 7919) % 2000) + 1);
    for (const delay of delays) queue.addAfter(String(delay), delay);
    for (const delay of delays) queue.addAfter(String(delay), delay + 1);
    await clock.advance(2000);
    assert.deepEqual(
      ran,
      Array.from({ length: 2000 }, (_, index) => String(index + 1)),
    );
  });

  it('leaves the worker of a run that waits for others to another key, and gives it one back afterwards', async () => {
    const [slow, held] = [gate(), gate()];
    const went: string[] = [];
    const moved: boolean[] = [];
    const { queue, ran, clock } = rig(async (key, _signal, aside) => {
      if (key === 'slow') await aside(slow.opened, (isAside) => moved.push(isAside));
      if (key === 'held') await held.opened;
      went.push(key);
      return undefined;
    });
    for (const key of ['slow', 'held', 'last']) queue.add(key);
    await clock.advance(900);
    assert.deepEqual(ran, ['slow']);
    await clock.advance(100);
    assert.deepEqual([ran, queue.metrics().aside, moved], [['slow', 'held'], 1, [true]]);
    slow.open();
    await clock.advance(0);
    // There is one worker, and it is taken.
    assert.deepEqual(went, []);
    held.open();
    await queue.idle();
    // Who has begun goes on before others begin.
    assert.deepEqual(went, ['held', 'slow', 'last']);
    assert.deepEqual([moved, queue.metrics().aside], [[true, false], 0]);
  });

  it('ends with runs that wait aside, whatever their wait comes to', async () => {
    const { queue, clock } = rig(
      (_key, signal, aside) =>
        aside(new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))),
      { concurrency: 1 },
    );
    for (const key of ['a', 'b']) queue.add(key);
    await clock.advance(1_000);
    await clock.advance(1_000);
    assert.deepEqual([queue.metrics().aside, queue.metrics().running], [2, 2]);
    await queue.drain();
    assert.deepEqual([queue.metrics().aside, queue.isIdle], [0, true]);
  });
});
