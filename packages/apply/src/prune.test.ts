import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { pruneVerdict, type PruneGuards } from './prune.ts';

const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const live: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u-1', labels: { owner: 'me' } },
};
const holds: PruneGuards = {
  completeRender: true,
  claimed: true,
  groupFailed: false,
  marksMatch: () => true,
  optOut: () => undefined,
};

describe('a prune', () => {
  it('deletes this very object when every guard holds', () => {
    assert.deepEqual(pruneVerdict(ref, live, holds), { kind: 'delete', ref, uid: 'u-1', live });
  });

  it('refuses on an incomplete render, whatever else holds', () => {
    assert.equal(pruneVerdict(ref, live, { ...holds, completeRender: false }).kind, 'refuse');
  });

  it('refuses while discovery of the group fails, even where the object seems gone', () => {
    assert.equal(pruneVerdict(ref, undefined, { ...holds, groupFailed: true }).kind, 'refuse');
  });

  it('leaves alone what is not claimed, what bears other marks, and what opts out', () => {
    assert.equal(pruneVerdict(ref, live, { ...holds, claimed: false }).kind, 'skip');
    assert.equal(pruneVerdict(ref, live, { ...holds, marksMatch: () => false }).kind, 'skip');
    assert.deepEqual(pruneVerdict(ref, live, { ...holds, optOut: () => 'pruning is disabled' }), {
      kind: 'skip',
      ref,
      why: 'pruning is disabled',
    });
  });

  it('has nothing to do where the object is gone or going', () => {
    assert.equal(pruneVerdict(ref, undefined, holds).kind, 'gone');
    assert.equal(
      pruneVerdict(ref, { ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, holds)
        .kind,
      'gone',
    );
  });

  it('refuses without a uid, for then another object of that name could go', () => {
    assert.equal(pruneVerdict(ref, { ...live, metadata: { name: 'web' } }, holds).kind, 'refuse');
  });
});
