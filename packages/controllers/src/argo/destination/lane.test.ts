import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lane } from './lane.ts';

describe('a lane', () => {
  it('lets in as many as it may, and wakes one for each that leaves', () => {
    const woken: string[] = [];
    const lane = new Lane(
      () => 2,
      (owner) => woken.push(owner),
    );
    const first = lane.enter('a');
    assert.ok(first);
    assert.ok(lane.enter('b'));
    assert.equal(lane.enter('c'), undefined);
    assert.equal(lane.enter('d'), undefined);
    first.leave();
    first.leave();
    assert.deepEqual(woken, ['c']);
    assert.ok(lane.enter('c'));
    assert.equal(lane.enter('d'), undefined);
  });

  it('lets another one in while a turn waits for something else, and counts that one again afterwards', () => {
    const woken: string[] = [];
    const lane = new Lane(
      () => 1,
      (owner) => woken.push(owner),
    );
    const first = lane.enter('a');
    assert.equal(lane.enter('b'), undefined);
    first?.stepAside(true);
    assert.deepEqual(woken, ['b']);
    const second = lane.enter('b');
    assert.ok(second);
    first?.stepAside(false);
    second.leave();
    assert.equal(lane.enter('c'), undefined);
    first?.leave();
    assert.deepEqual(woken, ['b', 'c']);
    assert.ok(lane.enter('c'));
  });
});
