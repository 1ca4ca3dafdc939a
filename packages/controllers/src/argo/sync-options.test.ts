import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import {
  isDeleteDisabled,
  isDeletionApproved,
  isPruneDisabled,
  needsDeleteApproval,
  needsPruneApproval,
  SyncOptions,
  writeChoice,
} from './sync-options.ts';

function object(options: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  const own = options === '' ? {} : { 'argocd.argoproj.io/sync-options': options };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', annotations: { ...own, ...annotations } } };
}

const none = new SyncOptions([]);

describe('how an object is written', () => {
  it('is client-side unless the sync or the object asks for another way', () => {
    assert.equal(writeChoice(object(''), undefined, none, false).strategy, 'client-side');
    assert.equal(writeChoice(object('ServerSideApply=true'), undefined, none, false).strategy, 'server-side');
    const serverSide = new SyncOptions(['ServerSideApply=true']);
    assert.equal(writeChoice(object(''), undefined, serverSide, false).strategy, 'server-side');
    assert.equal(writeChoice(object('ServerSideApply=false'), undefined, serverSide, false).strategy, 'client-side');
  });

  it('is by replacement before all else, also at the live object’s wish', () => {
    const both = object('Replace=true, ServerSideApply=true');
    assert.equal(writeChoice(both, undefined, none, false).strategy, 'replace');
    assert.equal(writeChoice(object(''), object('Replace=true'), none, false).strategy, 'replace');
    assert.equal(writeChoice(object(''), undefined, new SyncOptions(['Replace=true']), false).strategy, 'replace');
  });

  it('is by force where the operation or the object says so, and validated unless it says not', () => {
    assert.equal(writeChoice(object('Force=true'), undefined, none, false).force, true);
    assert.equal(writeChoice(object(''), undefined, none, true).force, true);
    assert.equal(writeChoice(object('Validate=false'), undefined, none, false).validate, false);
  });
});

describe('what is deleted', () => {
  it('is up to the object before it is up to the sync', () => {
    const kept = new SyncOptions(['Prune=false', 'Delete=false']);
    assert.equal(isPruneDisabled(object('Prune=false'), none), true);
    assert.equal(isPruneDisabled(object(''), kept), true);
    assert.equal(isPruneDisabled(object('Prune=true'), kept), false);
    assert.equal(isDeleteDisabled(object('Delete=false'), none), true);
    assert.equal(isDeleteDisabled(object('Delete=true'), kept), false);
    assert.equal(isDeleteDisabled(object('', { 'helm.sh/resource-policy': 'keep' }), none), true);
  });

  it('may need approval', () => {
    assert.equal(needsPruneApproval(object('Prune=confirm'), none), true);
    assert.equal(needsPruneApproval(object(''), new SyncOptions(['Prune=confirm'])), true);
    assert.equal(needsPruneApproval(object('Prune=true'), new SyncOptions(['Prune=confirm'])), false);
    assert.equal(needsDeleteApproval(object('Delete=confirm'), none), true);
    assert.equal(needsDeleteApproval(object('Prune=confirm'), none), false);
  });

  it('is approved by a time that is not before the deletion', () => {
    const approved = object('', { 'argocd.argoproj.io/deletion-approved': '2026-01-01T00:00:10Z' });
    assert.equal(isDeletionApproved(approved, Date.parse('2026-01-01T00:00:10Z')), true);
    assert.equal(isDeletionApproved(approved, Date.parse('2026-01-01T00:00:11Z')), false);
    assert.equal(isDeletionApproved(object(''), 0), false);
    assert.equal(isDeletionApproved(object('', { 'argocd.argoproj.io/deletion-approved': 'yes' }), 0), false);
  });
});

describe('the propagation of a prune', () => {
  it('is foreground unless the sync says otherwise', () => {
    assert.equal(none.propagation, 'Foreground');
    assert.equal(new SyncOptions(['PrunePropagationPolicy=background']).propagation, 'Background');
    assert.equal(new SyncOptions(['PrunePropagationPolicy=orphan']).propagation, 'Orphan');
  });
});
