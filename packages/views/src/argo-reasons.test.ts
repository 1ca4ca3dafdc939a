import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { argoReasons } from './argo-reasons.ts';

function application(status: JsonObject, more: { spec?: JsonObject; metadata?: JsonObject } = {}): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd', ...more.metadata },
    spec: { syncPolicy: { automated: {} }, ...more.spec },
    status,
  };
}

const told = (app: KubernetesObject): readonly string[] => argoReasons(app, undefined).map(({ what }) => what);
const running = (message: string, more: JsonObject = {}): KubernetesObject =>
  application({ operationState: { phase: 'Running', message, ...more } });

describe('why an Application is not where it should be', () => {
  it('names what a running sync waits for, and what helps', () => {
    const [reason] = argoReasons(running('waiting for pruning confirmation of /ConfigMap/a'), undefined);
    assert.equal(reason?.what, 'Its sync waits until a prune is approved');
    assert.match(reason.hint, /deletion-approved/);
    assert.deepEqual(told(running('waiting for completion of hook batch/Job/migrate')), [
      'Its sync waits for a hook to end',
    ]);
    assert.deepEqual(told(running('waiting for healthy state of apps/Deployment/web')), [
      'Its sync waits for a wave to become healthy',
    ]);
  });

  it('tells a failed attempt that is tried again from a sync at work', () => {
    const waiting = running('it failed. Retrying attempt #2 at 3:04PM.', {
      finishedAt: '2026-01-15T12:00:00Z',
      retryCount: 2,
    });
    assert.deepEqual(told(waiting), ['Its sync has failed and is tried again (attempt 2)']);
    assert.deepEqual(told(running('')), ['A sync is running']);
  });

  it('says what a condition means', () => {
    const conditions = [
      { type: 'SyncError', message: 'Skipping sync attempt to [abc]: auto-sync will wipe out all resources' },
      { type: 'SharedResourceWarning', message: 'ConfigMap/a is part of applications argocd/shop and other' },
      { type: 'SomethingError', message: 'new' },
    ];
    assert.deepEqual(told(application({ conditions })), [
      'Git has none of its objects any more',
      'Another Application has one of its objects, too',
      'SomethingError',
    ]);
  });

  it('tells what automation leaves alone, and why', () => {
    const sync = { status: 'OutOfSync', revision: 'abc' };
    const resources = [{ kind: 'ConfigMap', name: 'a', status: 'OutOfSync', requiresPruning: true }];
    assert.deepEqual(told(application({ sync, resources })), ['Only prunes are left, and pruning is switched off']);
    const tried = { phase: 'Succeeded', syncResult: { revision: 'abc' } };
    const drifted = [{ kind: 'ConfigMap', name: 'a', status: 'OutOfSync' }];
    assert.deepEqual(told(application({ sync, resources: drifted, operationState: tried })), [
      'The cluster was changed after the sync, and is not healed',
    ]);
    const healing = { spec: { syncPolicy: { automated: { selfHeal: true } } } };
    assert.deepEqual(told(application({ sync, resources: drifted, operationState: tried }, healing)), []);
  });

  it('tells what a deletion waits for', () => {
    const metadata = {
      deletionTimestamp: '2026-01-15T12:00:00Z',
      finalizers: ['resources-finalizer.argocd.argoproj.io'],
    };
    const resources = [{ kind: 'Namespace', name: 'shop', requiresDeletionConfirmation: true }];
    assert.deepEqual(told(application({ resources }, { metadata })), [
      'Its deletion waits for approval',
      'It is being deleted',
    ]);
  });
});
