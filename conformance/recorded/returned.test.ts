import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubernetesObject } from '@capstan/object';
import { foreignTraces, tracesOf } from './returned.ts';
import type { Scenario } from './scenario.ts';

const known: KubernetesObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: {
    name: 'shop',
    namespace: 'argocd',
    annotations: { 'argocd.argoproj.io/tracking-id': 'a' },
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
    managedFields: [{ manager: 'argocd-application-controller', operation: 'Update' }],
  },
  status: { sync: { status: 'Synced' }, resources: [{ name: 'web' }] },
};
const scenario: Scenario = {
  name: 'shop',
  description: '',
  system: 'argo-cd',
  repository: [],
  steps: [{ step: 'made', actions: [], waitedFor: 'quiet', snapshot: { gitops: [known], managed: [], events: [] } }],
};
const traces = tracesOf([scenario]);

describe('what is left behind', () => {
  it('is fine where upstream leaves the same, and where people have written', () => {
    const written = {
      ...known,
      metadata: { ...known.metadata, managedFields: [{ manager: 'kubectl-edit', operation: 'Update' }] },
    };
    assert.deepEqual(foreignTraces(written, traces), []);
  });

  it('is told where upstream leaves no such thing: managers, marks, finalizers, fields of a status', () => {
    const foreign: KubernetesObject = {
      ...known,
      metadata: {
        ...known.metadata,
        labels: { 'example.com/mark': 'x', plain: 'y' },
        finalizers: ['example.com/hold'],
        managedFields: [{ manager: 'somebody', operation: 'Apply' }],
      },
      status: { sync: { status: 'Synced', mood: 'good' }, resources: [{ name: 'web', colour: 'red' }] },
    };
    assert.deepEqual(foreignTraces(foreign, traces), [
      'Application/shop: manager somebody Apply',
      'Application/shop: mark example.com/mark',
      'Application/shop: finalizer example.com/hold',
      'Application/shop: field Application.status.sync.mood',
      'Application/shop: field Application.status.resources[].colour',
    ]);
  });
});
