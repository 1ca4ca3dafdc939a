import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applied,
  attempting,
  detecting,
  failed,
  isSettled,
  isStalledBy,
  stalled,
  withInventory,
  type Draft,
} from './draft.ts';

const fresh: Draft = { status: {}, context: { now: '2026-01-01T00:00:00Z', generation: 2 } };
const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const typesOf = ({ status }: Draft) =>
  status.conditions?.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);

describe("a Kustomization's status", () => {
  it('says what is being done, then that it is done', () => {
    const intent = detecting(fresh, 'main@sha1:1', '1m0s');
    assert.deepEqual(typesOf(intent), ['Reconciling=True Progressing', 'Ready=Unknown Progressing']);
    assert.equal(intent.status.lastAttemptedRevision, 'main@sha1:1');
    const done = applied(intent, 'main@sha1:1', 2);
    assert.deepEqual(typesOf(done), ['Ready=True ReconciliationSucceeded']);
    assert.equal(done.status.observedGeneration, 2);
  });

  it('keeps what it was doing when it fails, and that it will retry', () => {
    const broken = failed(attempting(fresh, 'Building manifests'), { reason: 'BuildFailed', message: 'no' });
    assert.deepEqual(typesOf(broken), ['Reconciling=True ProgressingWithRetry', 'Ready=False BuildFailed']);
    assert.equal(broken.status.conditions?.[0]?.message, 'Building manifests');
    assert.equal(broken.status.observedGeneration, undefined);
  });

  it('is known to be stalled for the same reason and generation', () => {
    const why = { reason: 'InvalidCELExpression', message: 'no' };
    const stopped = stalled(fresh, why);
    assert.deepEqual(typesOf(stopped), ['Stalled=True InvalidCELExpression', 'Ready=False InvalidCELExpression']);
    assert.equal(stopped.status.observedGeneration, 2);
    assert.ok(!isStalledBy(fresh, why));
    assert.ok(isStalledBy(stopped, why));
    assert.ok(!isStalledBy(stopped, { ...why, message: 'another' }));
    assert.ok(!isStalledBy({ ...stopped, context: { ...fresh.context, generation: 3 } }, why));
  });

  it('has not looked at a generation whose access is denied', () => {
    const { status } = stalled(fresh, { reason: 'AccessDenied', message: 'no' });
    assert.equal(status.observedGeneration, undefined);
  });

  it('is settled for the very revision, generation and inventory alone', () => {
    const done = withInventory(applied(fresh, 'main@sha1:1', 2), [ref]);
    assert.ok(isSettled(done, 'main@sha1:1', [{ ref }]));
    assert.ok(!isSettled(done, 'main@sha1:2', [{ ref }]));
    assert.ok(!isSettled(done, 'main@sha1:1', []));
    assert.ok(!isSettled({ ...done, context: { ...done.context, generation: 3 } }, 'main@sha1:1', [{ ref }]));
  });
});
