import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { differencesBetween } from './differences.ts';

describe('differences', () => {
  it('name the smallest paths', () => {
    assert.deepEqual(differencesBetween({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }), [
      { path: ['a', 'c'], left: 2, right: 3 },
    ]);
  });

  it('tell an absent side from null', () => {
    assert.deepEqual(differencesBetween({ a: null }, {}), [{ path: ['a'], left: null }]);
  });

  it('go into lists of one length, and take others whole', () => {
    assert.deepEqual(differencesBetween([{ n: 1 }, 2], [{ n: 2 }, 2]), [{ path: [0, 'n'], left: 1, right: 2 }]);
    assert.deepEqual(differencesBetween({ l: [1] }, { l: [1, 2] }), [{ path: ['l'], left: [1], right: [1, 2] }]);
  });

  it('read keys of the object itself only', () => {
    assert.deepEqual(differencesBetween({}, JSON.parse('{"__proto__": 1}') as never), [
      { path: ['__proto__'], right: 1 },
    ]);
  });

  it('are none where nothing differs', () => {
    assert.deepEqual(differencesBetween({ a: [1, { b: 2n }] }, { a: [1, { b: 2n }] }), []);
  });
});
