import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HealBackoff } from './heal-backoff.ts';

const ref = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };

describe('healing', () => {
  it('is at once the first time', () => {
    assert.deepEqual(new HealBackoff().turn(ref, 0), { kind: 'now' });
  });

  it('waits 2 s, 6 s, 18 s, … and never more than 300 s', () => {
    const backoff = new HealBackoff();
    const waits: number[] = [];
    let now = 0;
    for (let heal = 0; heal < 8; heal++) {
      backoff.healed(ref, now);
      const turn = backoff.turn(ref, now);
      assert.equal(turn.kind, 'later');
      if (turn.kind !== 'later') return;
      waits.push(turn.afterMs / 1000);
      now += turn.afterMs;
    }
    assert.deepEqual(waits, [2, 6, 18, 54, 162, 300, 300, 300]);
    assert.ok(backoff.contested(ref));
  });

  it('starts anew for an object that was left alone', () => {
    const backoff = new HealBackoff();
    backoff.healed(ref, 0);
    assert.deepEqual(backoff.turn(ref, 700_000), { kind: 'now' });
    backoff.healed(ref, 700_000);
    assert.deepEqual(backoff.turn(ref, 700_000), { kind: 'later', afterMs: 2000, contested: false });
  });
});
