import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import type { KubernetesObject } from '@capstan/object';
import { helmHookTypes, helmWeight } from './helm-hooks.ts';
import { deletePolicies, hookSpec, hookTypes, isHook, isIgnored, isSkipped, syncPhases, waveOf } from './hooks.ts';

function job(annotations: Record<string, string>): KubernetesObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', annotations } };
}

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';

describe('hooks', () => {
  it("reads Helm's hooks where Argo CD's own annotation names none", () => {
    assert.deepEqual(hookTypes(job({ 'helm.sh/hook': 'pre-install,pre-upgrade' })), ['PreSync', 'PreSync']);
    assert.deepEqual(syncPhases(job({ 'helm.sh/hook': 'pre-install,pre-upgrade' })), ['PreSync']);
    assert.deepEqual(hookTypes(job({ [HOOK]: 'Sync', 'helm.sh/hook': 'post-install' })), ['Sync']);
  });

  it("leaves out Helm's rollbacks, deletions and tests", () => {
    assert.deepEqual(helmHookTypes(job({ 'helm.sh/hook': 'pre-rollback, test, post-delete, post-upgrade' })), [
      'post-upgrade',
    ]);
  });

  it('takes a CRD that Helm marks for no hook', () => {
    assert.equal(isHook(job({ 'helm.sh/hook': 'crd-install' })), false);
  });

  it('ignores a hook of no phase that a sync runs, and skips what only says Skip', () => {
    assert.equal(isIgnored(job({ [HOOK]: 'Sometimes' })), true);
    assert.equal(isIgnored(job({ [HOOK]: 'PostDelete' })), true);
    assert.equal(isIgnored(job({ [HOOK]: 'PostSync,PostDelete' })), false);
    assert.equal(isIgnored(job({ [HOOK]: 'Skip' })), false);
    assert.equal(isSkipped(job({ [HOOK]: 'Skip' })), true);
    assert.equal(isSkipped(job({ [HOOK]: 'Skip,PreSync' })), false);
  });

  it('adds up the delete policies of both dialects, and only of hooks', () => {
    const policies = {
      'argocd.argoproj.io/hook-delete-policy': 'HookFailed',
      'helm.sh/hook-delete-policy': 'hook-succeeded',
    };
    assert.deepEqual(deletePolicies(job(policies)), ['HookFailed', 'HookSucceeded']);
    assert.equal(hookSpec(job(policies), 'Sync'), undefined);
    assert.deepEqual(hookSpec(job({ [HOOK]: 'Sync' }), 'Sync'), {
      type: 'Sync',
      deletePolicies: ['BeforeHookCreation'],
    });
  });

  it("falls back to Helm's weight where a wave is absent or no whole number", () => {
    assert.equal(waveOf(job({ [WAVE]: '-3', 'helm.sh/hook-weight': '5' })), -3);
    assert.equal(waveOf(job({ [WAVE]: 'first', 'helm.sh/hook-weight': '5' })), 5);
    assert.equal(helmWeight(job({ 'helm.sh/hook-weight': '1.5' })), 0);
  });
});
