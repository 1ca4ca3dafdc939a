import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { ownsByUpdate, planTakeover, type Takeover } from './takeover.ts';

const takeover: Takeover = {
  manager: 'kustomize-controller',
  from: [
    { prefix: 'kubectl', operation: 'Apply' },
    { prefix: 'kubectl', operation: 'Update' },
    { prefix: 'before-first-apply', operation: 'Update' },
  ],
  dropAnnotations: ['kubectl.kubernetes.io/last-applied-configuration'],
  dropLabels: [],
};
const entry = (manager: string, operation: string, fieldsV1: JsonObject, rest: JsonObject = {}): JsonObject => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  time: 't',
  fieldsV1,
  ...rest,
});
const live = (managedFields: readonly JsonObject[], metadata: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata, managedFields },
});

describe('a takeover', () => {
  it('is not needed where nobody else is to be taken from', () => {
    assert.equal(
      planTakeover(
        live([
          entry('kustomize-controller', 'Apply', { 'f:data': {} }),
          entry('autoscaler', 'Update', { 'f:spec': {} }),
        ]),
        takeover,
      ),
      undefined,
    );
  });

  it('renames the first matching manager where there is no entry of ours yet', () => {
    const planned = planTakeover(
      live([entry('kubectl-create', 'Update', { 'f:data': { '.': {}, 'f:a': {} } })]),
      takeover,
    );
    assert.deepEqual(planned?.operations, [
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [entry('kustomize-controller', 'Apply', { 'f:data': { '.': {}, 'f:a': {} } })],
      },
    ]);
  });

  it('joins the fields of all matching managers with ours, in one entry at the end', () => {
    const before = live([
      entry('kustomize-controller', 'Apply', { 'f:data': { 'f:a': {} } }),
      entry('kubectl-edit', 'Update', { 'f:data': { 'f:b': {} } }),
      entry('autoscaler', 'Update', { 'f:data': { 'f:c': {} } }),
      entry('kubectl', 'Apply', { 'f:metadata': { 'f:labels': { 'f:x': {} } } }),
    ]);
    assert.deepEqual(planTakeover(before, takeover)?.object.metadata['managedFields'], [
      entry('autoscaler', 'Update', { 'f:data': { 'f:c': {} } }),
      entry('kustomize-controller', 'Apply', {
        'f:data': { 'f:a': {}, 'f:b': {} },
        'f:metadata': { 'f:labels': { 'f:x': {} } },
      }),
    ]);
  });

  it('leaves status entries to their managers', () => {
    assert.equal(
      planTakeover(live([entry('kubectl-edit', 'Update', { 'f:status': {} }, { subresource: 'status' })]), takeover),
      undefined,
    );
  });

  it('drops the last-applied annotation, escaping its slash', () => {
    const planned = planTakeover(
      live([], { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', other: 'x' } }),
      takeover,
    );
    assert.deepEqual(planned?.operations, [
      { op: 'remove', path: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration' },
    ]);
    assert.deepEqual(planned?.object.metadata['annotations'], { other: 'x' });
  });
});

describe('ownership by writing', () => {
  const live = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'settings',
      managedFields: [
        { manager: 'kubectl', operation: 'Update', fieldsV1: {} },
        { manager: 'argocd-controller', operation: 'Apply', fieldsV1: {} },
      ],
    },
  };

  it('counts the entries of a manager that wrote, not of one that applied', () => {
    assert.equal(ownsByUpdate(live, 'kubectl'), true);
    assert.equal(ownsByUpdate(live, 'argocd-controller'), false);
    assert.equal(ownsByUpdate(live, ''), false);
    assert.equal(ownsByUpdate(undefined, 'kubectl'), false);
  });
});
