import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject, KubernetesObject } from '@capstan/object';
import { lastManagerOf } from './last-manager.ts';

function written(...managedFields: readonly JsonObject[]): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields } };
}

describe('the last manager of an object', () => {
  it('is whoever else wrote it last, status aside', () => {
    const live = written(
      { manager: 'ours', time: '2026-01-01T00:00:03Z' },
      { manager: 'first', time: '2026-01-01T00:00:01Z' },
      { manager: 'second', time: '2026-01-01T00:00:02Z' },
      { manager: 'kubelet', time: '2026-01-01T00:00:09Z', subresource: 'status' },
    );
    assert.equal(lastManagerOf(live, 'ours'), 'second');
  });

  it('is nobody where only we have written it', () => {
    assert.equal(lastManagerOf(written({ manager: 'ours' }), 'ours'), undefined);
    assert.equal(lastManagerOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }, 'ours'), undefined);
  });
});
