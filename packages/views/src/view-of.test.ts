import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { isSettled, type AppView } from './app-view.ts';
import { shortRevision, viewOf } from './view-of.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

function kustomization(spec: JsonObject, status: JsonObject, generation = 1): KubernetesObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'shop', namespace: 'flux-system', generation },
    spec: { sourceRef: { kind: 'GitRepository', name: 'repo' }, path: './shop', ...spec },
    status,
  };
}

function ready(status: string, reason: string, message = ''): JsonObject {
  return { type: 'Ready', status, reason, message, observedGeneration: 1 };
}

function application(parts: JsonObject, spec: JsonObject = {}): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: {
      source: { repoURL: 'https://example.com/repo', path: 'shop' },
      destination: { namespace: 'shop' },
      ...spec,
    },
    ...parts,
  };
}

function shown(object: KubernetesObject): AppView {
  const view = viewOf(object);
  assert.ok(view !== undefined);
  return view;
}

describe('a Kustomization as it is shown', () => {
  it('is settled when it is ready', () => {
    const view = shown(
      kustomization(
        {},
        {
          observedGeneration: 1,
          conditions: [ready('True', 'ReconciliationSucceeded')],
          lastAppliedRevision: `main@sha1:${commit}`,
        },
      ),
    );
    assert.ok(isSettled(view));
    assert.equal(shortRevision(view.revision), 'main@sha1:0123456');
    assert.equal(view.source, 'GitRepository/repo');
  });

  it('is not settled while the controller has not seen its generation', () => {
    const view = shown(
      kustomization({}, { observedGeneration: 1, conditions: [ready('True', 'ReconciliationSucceeded')] }, 2),
    );
    assert.equal(view.sync, 'Progressing');
    assert.equal(view.health, 'Progressing');
  });

  it('is out of sync when it cannot be built, which says nothing about health', () => {
    const view = shown(
      kustomization({}, { observedGeneration: 1, conditions: [ready('False', 'BuildFailed', 'no such file')] }),
    );
    assert.deepEqual([view.sync, view.health, view.message], ['OutOfSync', 'Unknown', 'no such file']);
  });

  it('is synced and degraded when all is applied and a health check fails', () => {
    const view = shown(
      kustomization(
        {},
        {
          observedGeneration: 1,
          conditions: [ready('False', 'HealthCheckFailed')],
          lastAppliedRevision: commit,
          lastAttemptedRevision: commit,
        },
      ),
    );
    assert.deepEqual([view.sync, view.health], ['Synced', 'Degraded']);
  });

  it('is suspended whatever its generation', () => {
    const view = shown(
      kustomization(
        { suspend: true },
        { observedGeneration: 1, conditions: [ready('True', 'ReconciliationSucceeded')] },
        2,
      ),
    );
    assert.deepEqual([view.sync, view.health, view.paused], ['Synced', 'Suspended', 'suspended']);
  });

  it('is blocked when it has stalled', () => {
    const stalled = { type: 'Stalled', status: 'True', reason: 'NotHonoured', message: '' };
    assert.ok(
      shown(kustomization({}, { observedGeneration: 1, conditions: [ready('False', 'NotHonoured'), stalled] })).blocked,
    );
  });
});

describe('an Application as it is shown', () => {
  it('has the sync and the health of its status', () => {
    const view = shown(
      application({ status: { sync: { status: 'OutOfSync', revision: commit }, health: { status: 'Missing' } } }),
    );
    assert.deepEqual([view.sync, view.health, view.revision, view.paused], ['OutOfSync', 'Missing', commit, 'manual']);
  });

  it('tells a suspended automation from none', () => {
    const of = (automated: JsonObject): string => shown(application({}, { syncPolicy: { automated } })).paused;
    assert.deepEqual([of({}), of({ enabled: true }), of({ enabled: false })], ['no', 'no', 'suspended']);
  });

  it('never shows a password that stands in an address', () => {
    const source = { repoURL: 'https://user:s3cret@example.com/repo@2', path: '' };
    assert.equal(shown(application({}, { source })).source, 'https://example.com/repo@2');
  });

  it('shows an error before anything else', () => {
    const conditions = [{ type: 'ComparisonError', message: 'cannot reach the repository' }];
    const view = shown(application({ status: { conditions } }));
    assert.deepEqual([view.reason, view.message], ['ComparisonError', 'cannot reach the repository']);
  });
});

describe('other objects', () => {
  it('are not shown as apps', () => {
    assert.equal(viewOf({ apiVersion: 'v1', kind: 'Application', metadata: {} }), undefined);
  });
});
