import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchSelector } from './watch-selector.ts';

function labelled(labels: Readonly<Record<string, string>>) {
  return { apiVersion: 'v1', kind: 'X', metadata: { name: 'a', labels: { ...labels } } };
}

describe('which resources are looked after', () => {
  const key = 'sharding.fluxcd.io/key';
  const cases: readonly (readonly [string, readonly boolean[]])[] = [
    [`${key}=one`, [true, false, false]],
    [`${key}==one`, [true, false, false]],
    [`${key}!=one`, [false, true, true]],
    [`${key} in (one, two)`, [true, true, false]],
    [`${key} notin (one),team`, [false, false, false]],
    [`!${key}`, [false, false, true]],
    [key, [true, true, false]],
    ['', [true, true, true]],
  ];
  for (const [text, wanted] of cases)
    it(`is told by ${JSON.stringify(text)}`, () => {
      const selects = watchSelector(text);
      assert.deepEqual([{ [key]: 'one' }, { [key]: 'two' }, {}].map(labelled).map(selects), wanted);
    });

  it('is all without a selector, and nothing can be told by nonsense', () => {
    assert.equal(watchSelector(undefined)(labelled({})), true);
    assert.throws(() => watchSelector('a in b'), { code: 'SPEC_INVALID' });
  });
});
