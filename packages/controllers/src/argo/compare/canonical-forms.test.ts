import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { CanonicalForms } from './canonical-forms.ts';

const ref = { group: '', kind: 'Pod', namespace: 'shop', name: 'web' };
const pod = (cpu: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { cpu },
});
const spelling = { path: ['spec', 'cpu'], left: '1000m', right: '1' };

describe('canonical forms', () => {
  it('are no difference once the server has shown them, whatever else changes', () => {
    const forms = new CanonicalForms();
    assert.deepEqual(forms.remaining(ref, pod('1000m'), [spelling]), [spelling]);
    forms.learn(ref, pod('1000m'), [spelling]);
    const drift = { path: ['spec', 'replicas'], left: 1, right: 3 };
    assert.deepEqual(forms.remaining(ref, pod('1000m'), [spelling, drift]), [drift]);
  });

  it('hold for this desired object and this live value only', () => {
    const forms = new CanonicalForms();
    forms.learn(ref, pod('1000m'), [spelling]);
    assert.equal(forms.remaining(ref, pod('2000m'), [{ ...spelling, left: '2000m' }]).length, 1);
    assert.equal(forms.remaining(ref, pod('1000m'), [{ ...spelling, right: '2' }]).length, 1);
    assert.equal(forms.remaining({ ...ref, name: 'other' }, pod('1000m'), [spelling]).length, 1);
  });

  it('do not hide a field that the server has dropped, unless it says nothing', () => {
    const forms = new CanonicalForms();
    const dropped = { path: ['spec', 'replcas'], left: 3 };
    forms.learn(ref, pod('1'), [dropped]);
    assert.deepEqual(forms.remaining(ref, pod('1'), [dropped]), [dropped]);
    for (const left of [null, false, 0, '', [], {}, { a: [null] }])
      assert.deepEqual(forms.remaining(ref, pod('1'), [{ path: ['spec', 'x'], left }]), []);
  });

  it('remember a live state that a dry-run has shown to differ', () => {
    const forms = new CanonicalForms();
    forms.learnDifferent(ref, pod('1'), pod('2'));
    assert.equal(forms.isKnownToDiffer(ref, pod('1'), pod('2')), true);
    assert.equal(forms.isKnownToDiffer(ref, pod('1'), pod('3')), false);
    assert.equal(forms.isKnownToDiffer(ref, pod('4'), pod('2')), false);
  });
});
