import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refOf, type KubernetesObject } from '@capstan/object';
import type { Target } from '../compare/targets.ts';
import { wantedFinalizers } from './hook-finalizers.ts';

const cascade = 'resources-finalizer.argocd.argoproj.io';
const before = 'pre-delete-finalizer.argocd.argoproj.io';
const after = 'post-delete-finalizer.argocd.argoproj.io';

function application(...finalizers: readonly string[]): KubernetesObject {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'shop', finalizers } };
}

function hook(annotations: Readonly<Record<string, string>>): Target {
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'hook', annotations } };
  return { ref: refOf(object), object, rules: undefined };
}

describe('the finalizers of deletion hooks', () => {
  it('come behind the others, in the order of the stages', () => {
    const deleteHooks = [hook({ 'argocd.argoproj.io/hook': 'PostDelete' }), hook({ 'helm.sh/hook': 'pre-delete' })];
    assert.deepEqual(wantedFinalizers(application(cascade), { deleteHooks }), [
      cascade,
      before,
      `${before}/cleanup`,
      after,
      `${after}/cleanup`,
    ]);
  });

  it('are left as they are where they are complete', () => {
    const deleteHooks = [hook({ 'argocd.argoproj.io/hook': 'PreSync, PreDelete' })];
    assert.equal(wantedFinalizers(application(before, `${before}/cleanup`), { deleteHooks }), undefined);
  });

  it('go with the last hook of their kind', () => {
    const deleteHooks = [hook({ 'argocd.argoproj.io/hook': 'PreDelete' })];
    const object = application(before, `${before}/cleanup`, after, `${after}/cleanup`, cascade);
    assert.deepEqual(wantedFinalizers(object, { deleteHooks }), [before, `${before}/cleanup`, cascade]);
  });
});
