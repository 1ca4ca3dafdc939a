import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldElement } from '../fieldpath/path-element.ts';
import type { JsonObject } from '../json-value.ts';
import { parentEntries, scaleEntries, type ReplicasPaths } from './scale-entries.ts';

const paths: ReplicasPaths = new Map([['apps/v1', [fieldElement('spec'), fieldElement('replicas')]]]);
const replicas: JsonObject = { 'f:spec': { 'f:replicas': {} } };

function entry(manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject {
  const fixed = { manager, operation: 'Update', apiVersion: 'apps/v1', time: '2024-01-01T00:00:00Z' };
  return { ...fixed, fieldsType: 'FieldsV1', fieldsV1, ...more };
}

const creator = entry('creator', { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } });

// As a real API server answered: an entry that a scale adds has no time.
describe('the managed fields of a Scale', () => {
  it('are those of whoever owns the replicas', () => {
    const others = entry('other', { 'f:spec': { 'f:paused': {} } });
    const expected = [entry('creator', replicas, { apiVersion: 'autoscaling/v1' })];
    assert.deepEqual(scaleEntries([creator, others], paths), expected);
  });

  it('take the replicas from their owner when someone scales', () => {
    const { time: _, ...written } = entry('hpa', replicas, { apiVersion: 'autoscaling/v1', subresource: 'scale' });
    const after = parentEntries([creator], [{ ...written, time: '2024-02-01T00:00:00Z' }], 'apps/v1', paths);
    assert.deepEqual(after, [
      { ...written, apiVersion: 'apps/v1' },
      { ...creator, fieldsV1: { 'f:spec': { 'f:paused': {} } } },
    ]);
  });

  it('leave an applier its replicas when nobody took them', () => {
    const applier = entry('flux', replicas, { operation: 'Apply' });
    const shown = scaleEntries([applier], paths);
    assert.deepEqual(parentEntries([applier], [...(shown ?? [])], 'apps/v1', paths), [applier]);
  });
});
