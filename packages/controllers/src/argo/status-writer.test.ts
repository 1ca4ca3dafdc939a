import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { patchOf } from './status-writer.ts';

const application: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: {
    name: 'web',
    namespace: 'argocd',
    resourceVersion: '7',
    annotations: { 'argocd.argoproj.io/refresh': 'normal', note: 'kept' },
    finalizers: ['a', 'b'],
  },
  operation: { sync: {} },
  status: { sync: { status: 'Synced', revision: 'c1' }, summary: { images: ['a'] }, sourceType: 'Directory' },
};

describe('a change of an Application', () => {
  it('sends nothing where nothing differs', () => {
    assert.deepEqual(patchOf(application, { status: { sync: { status: 'Synced', revision: 'c1' } } }), {});
    assert.deepEqual(patchOf(application, { dropAnnotations: ['absent'] }), {});
    const { operation: _operation, ...idle } = application;
    assert.deepEqual(patchOf({ ...idle, apiVersion: '', kind: '', metadata: {} }, { operation: null }), {});
  });

  it('sends only what differs, and takes away what is null', () => {
    assert.deepEqual(
      patchOf(application, {
        status: { sync: { status: 'OutOfSync', revision: 'c1' }, summary: {}, sourceType: null },
      }),
      { status: { sync: { status: 'OutOfSync' }, summary: { images: null }, sourceType: null } },
    );
  });

  it('ends an operation and drops a refresh in the same write', () => {
    assert.deepEqual(patchOf(application, { operation: null, dropAnnotations: ['argocd.argoproj.io/refresh'] }), {
      operation: null,
      metadata: { annotations: { 'argocd.argoproj.io/refresh': null } },
    });
  });

  it('takes the annotations away as a whole where nothing is left of them', () => {
    const bare = { ...application, metadata: { ...application.metadata, annotations: { refresh: 'normal' } } };
    assert.deepEqual(patchOf(bare, { dropAnnotations: ['refresh'] }), { metadata: { annotations: null } });
  });

  it('changes finalizers only on the state that it has seen', () => {
    assert.deepEqual(patchOf(application, { finalizers: ['b'] }), {
      metadata: { finalizers: ['b'], resourceVersion: '7' },
    });
    assert.deepEqual(patchOf(application, { finalizers: [] })['metadata'], { finalizers: null, resourceVersion: '7' });
  });
});
