import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLastApplied, type JsonObject, type KubernetesObject } from '@capstan/object';
import { clientSideDifferences, planClientSide } from './client-side.ts';

const gauge = (spec: JsonObject, metadata: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Gauge',
  metadata: { name: 'a', ...metadata },
  spec,
});
const applied = (object: KubernetesObject, spec: JsonObject, metadata: JsonObject = {}): KubernetesObject => {
  const stored = withLastApplied(object);
  return {
    ...stored,
    metadata: { ...stored.metadata, uid: 'u', resourceVersion: '7', ...metadata },
    spec,
    status: { phase: 'Ready' },
  };
};
const differences = (desired: KubernetesObject, live: KubernetesObject) =>
  clientSideDifferences(planClientSide(desired, live, undefined), live);

describe('a client-side apply', () => {
  it('changes nothing where the live object is what was applied, with what others added', () => {
    const desired = gauge({ size: 1 });
    assert.deepEqual(differences(desired, applied(desired, { size: 1, added: true })), []);
  });

  it('sees what was changed in the cluster', () => {
    const desired = gauge({ size: 1 });
    assert.deepEqual(differences(desired, applied(desired, { size: 5 })), [
      { path: ['spec', 'size'], left: 1, right: 5 },
    ]);
  });

  it('removes what was applied and is in Git no more', () => {
    const before = gauge({ size: 1, old: true });
    assert.deepEqual(differences(gauge({ size: 1 }), applied(before, { size: 1, old: true })), [
      { path: ['spec', 'old'], right: true },
    ]);
  });

  it('keeps what Git lacks where nothing was applied before', () => {
    const live: KubernetesObject = { ...gauge({ size: 1, extra: 2 }), status: {} };
    assert.deepEqual(differences(gauge({ size: 1 }), live), []);
  });

  it('does not count the last-applied annotation itself, status, or what the server keeps in metadata', () => {
    const desired = gauge({ size: 1 });
    const live = applied(desired, { size: 1 }, { generation: 4, managedFields: [] });
    assert.deepEqual(differences(gauge({ size: 1 }, { labels: {} }), live), [
      { path: ['metadata', 'labels'], left: {} },
    ]);
  });
});
