import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCapstanError } from '@capstan/errors';
import { virtualClock } from '../virtual-clock.ts';
import { flowControl } from './flow-control.ts';

const never = new AbortController().signal;

describe('flow control', () => {
  it('lets callers take turns, whoever asked more', async () => {
    const flow = flowControl(virtualClock(), { concurrency: 1, qps: 1000, burst: 1000, maxWaiting: 100 });
    const first = await flow.acquire('noisy', never);
    const order: string[] = [];
    const ask = (caller: string): Promise<void> =>
      flow.acquire(caller, never).then((release) => {
        order.push(caller);
        release();
      });
    const asked = ['noisy', 'noisy', 'noisy', 'quiet', 'other'].map(ask);
    first();
    await Promise.all(asked);
    assert.deepEqual(order, ['noisy', 'quiet', 'other', 'noisy', 'noisy']);
    assert.equal(flow.inFlight, 0);
  });

  it('spends the burst, then lets through as many a second as it may', async () => {
    const clock = virtualClock();
    const flow = flowControl(clock, { concurrency: 100, qps: 10, burst: 2, maxWaiting: 100 });
    let through = 0;
    for (let at = 0; at < 5; at++) void flow.acquire('a', never).then(() => through++);
    await clock.advance(0);
    assert.equal(through, 2);
    await clock.advance(100);
    assert.equal(through, 3);
    await clock.advance(1000);
    assert.equal(through, 5);
  });

  it('lets a waiting caller go when its signal is aborted, and refuses beyond its bound', async () => {
    const flow = flowControl(virtualClock(), { concurrency: 1, qps: 10, burst: 10, maxWaiting: 1 });
    const release = await flow.acquire('a', never);
    const controller = new AbortController();
    const waiting = flow.acquire('a', controller.signal);
    await assert.rejects(flow.acquire('b', never), (error) => isCapstanError(error, 'KUBE_TOO_MANY_REQUESTS'));
    controller.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    assert.equal(flow.waiting, 0);
    release();
    release();
    assert.equal(flow.inFlight, 0);
  });
});
