import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addAnnotations, addLabels } from './edit-add.ts';

const own = {
  commonLabels: { a: 'b' },
  labels: [{ pairs: { c: 'd' } }, { pairs: { e: 'f' }, includeTemplates: true }],
  commonAnnotations: { x: 'v' },
};

describe('labels and annotations that are added to a kustomization', () => {
  it('stand beside its own, each in the first entry of their kind', () => {
    assert.deepEqual(addLabels(own, { pairs: { n: '1' } }), { commonLabels: { a: 'b', n: '1' } });
    assert.deepEqual(addLabels(own, { pairs: { e: 'z' }, withoutSelector: true }), {
      labels: [{ pairs: { c: 'd', e: 'z' } }, own.labels[1]],
    });
    assert.deepEqual(addLabels(own, { pairs: { g: 'z' }, withoutSelector: true, includeTemplates: true }), {
      labels: [own.labels[0], { pairs: { e: 'f', g: 'z' }, includeTemplates: true }],
    });
    assert.deepEqual(addLabels({}, { pairs: { g: 'z' }, withoutSelector: true }), {
      labels: [{ pairs: { g: 'z' }, includeSelectors: false }],
    });
    assert.deepEqual(addAnnotations(own, { pairs: { y: 'z' } }), { commonAnnotations: { x: 'v', y: 'z' } });
  });

  it('take the place of its own only where they are forced', () => {
    const invalid = { code: 'RENDER_INVALID' };
    assert.throws(() => addLabels(own, { pairs: { a: 'z' } }), invalid);
    assert.throws(() => addLabels(own, { pairs: { c: 'z' }, withoutSelector: true }), invalid);
    assert.throws(() => addAnnotations(own, { pairs: { x: 'z' } }), invalid);
    assert.deepEqual(addLabels(own, { pairs: { a: 'z' }, force: true }), { commonLabels: { a: 'z' } });
    assert.deepEqual(addAnnotations(own, { pairs: { x: 'z' }, force: true }), { commonAnnotations: { x: 'z' } });
  });

  it('are put into templates only where they are put into no selectors', () => {
    assert.throws(() => addLabels(own, { pairs: { n: '1' }, includeTemplates: true }), { code: 'RENDER_INVALID' });
  });
});
