import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markReconciling, markStalled, setCondition } from './conditions.ts';

const at = (now: string, generation = 1) => ({ now, generation });
const ready = { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'done' } as const;

describe('conditions', () => {
  it('keep their transition time while only the generation moves', () => {
    const first = setCondition([], ready, at('2026-01-01T00:00:00Z'));
    const [second] = setCondition(first, ready, at('2026-01-02T00:00:00Z', 2));
    assert.equal(second?.lastTransitionTime, '2026-01-01T00:00:00Z');
    assert.equal(second?.observedGeneration, 2);
  });

  it('move their transition time when the message changes', () => {
    const first = setCondition([], ready, at('2026-01-01T00:00:00Z'));
    const [second] = setCondition(first, { ...ready, message: 'again' }, at('2026-01-02T00:00:00Z'));
    assert.equal(second?.lastTransitionTime, '2026-01-02T00:00:00Z');
  });

  it('put Stalled, Reconciling and Ready before the others', () => {
    let all = setCondition(
      [],
      { type: 'ArtifactInStorage', status: 'True', reason: 'Succeeded', message: '' },
      at('2026-01-01T00:00:00Z'),
    );
    all = setCondition(all, ready, at('2026-01-01T00:00:00Z'));
    all = markReconciling(all, 'Progressing', 'working', at('2026-01-01T00:00:00Z'));
    assert.deepEqual(
      all.map((entry) => entry.type),
      ['Reconciling', 'Ready', 'ArtifactInStorage'],
    );
  });

  it('never say stalled and reconciling at once', () => {
    const reconciling = markReconciling([], 'Progressing', 'working', at('2026-01-01T00:00:00Z'));
    const stalled = markStalled(reconciling, 'URLInvalid', 'no', at('2026-01-01T00:00:00Z'));
    assert.deepEqual(
      stalled.map((entry) => entry.type),
      ['Stalled'],
    );
  });

  it('cut messages at what the CRD holds', () => {
    const [entry] = setCondition([], { ...ready, message: 'x'.repeat(40_000) }, at('2026-01-01T00:00:00Z'));
    assert.equal(entry?.message.length, 32768);
    assert.ok(entry?.message.endsWith('...'));
  });
});
