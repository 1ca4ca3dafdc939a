import { parseObject, type KubernetesObject } from '@capstan/object';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KindCustomization } from '../settings/argo-settings.ts';
import { HealthJudge } from './judge.ts';

function customized(group: string, kind: string, healthScript: string, useOpenLibs = false): KindCustomization {
  return { group, kind, healthScript, useOpenLibs, knownTypeFields: [] };
}

function objectOf(apiVersion: string, kind: string, metadata: Readonly<Record<string, string>> = {}): KubernetesObject {
  return parseObject(
    { apiVersion, kind, metadata: { name: 'x', uid: 'u', resourceVersion: '1', ...metadata } },
    'object',
  );
}

function judging(...customizations: KindCustomization[]): HealthJudge {
  return new HealthJudge(
    () => customizations,
    () => 0,
  );
}

const degraded = 'return {status = "Degraded", message = obj.kind}';

describe('the health of an object', () => {
  it("is what an operator's script says, before the built-in check", () => {
    const pod = objectOf('v1', 'PersistentVolumeClaim');
    assert.equal(judging().judge(pod)?.status, 'Unknown');
    assert.deepEqual(judging(customized('', 'PersistentVolumeClaim', degraded)).judge(pod), {
      status: 'Degraded',
      message: 'PersistentVolumeClaim',
    });
  });

  it('is nothing where the script gives nothing, whatever the built-in check would say', () => {
    assert.equal(
      judging(customized('', 'PersistentVolumeClaim', 'return {}')).judge(objectOf('v1', 'PersistentVolumeClaim')),
      undefined,
    );
  });

  it('comes from the script of the very kind before one of a pattern', () => {
    const both = judging(
      customized('*.example.com', '*', 'return {status = "Healthy"}'),
      customized('db.example.com', 'Main', degraded),
    );
    assert.equal(both.judge(objectOf('db.example.com/v1', 'Main'))?.status, 'Degraded');
    assert.equal(both.judge(objectOf('db.example.com/v1', 'Other'))?.status, 'Healthy');
    assert.equal(both.judge(objectOf('example.org/v1', 'Other')), undefined);
  });

  it('is Progressing while the object is being deleted, without a script being asked', () => {
    const going = objectOf('v1', 'ConfigMap', { deletionTimestamp: '2026-01-15T12:30:20Z' });
    assert.equal(judging(customized('', 'ConfigMap', degraded)).judge(going)?.status, 'Progressing');
  });

  it('is Unknown, with the reason, where the script fails, cannot be read, or does not end', () => {
    const object = objectOf('v1', 'ConfigMap');
    for (const [script, message] of [
      ['return obj.status.phase', /^<string>:1: attempt to index a non-table object\(nil\) with key 'phase'$/],
      ['return {', /the Lua script cannot be read/],
      ['while true do end', /takes more than 50000 steps/],
    ] as const) {
      const health = judging(customized('', 'ConfigMap', script)).judge(object);
      assert.equal(health?.status, 'Unknown');
      assert.match(health.message ?? '', message);
    }
  });

  it('is judged again when the object or the script changes', () => {
    let script = 'return {status = "Healthy", message = obj.metadata.resourceVersion}';
    const judge = new HealthJudge(
      () => [customized('', 'ConfigMap', script)],
      () => 0,
    );
    const messages = (): unknown[] =>
      ['1', '2'].map((resourceVersion) => judge.judge(objectOf('v1', 'ConfigMap', { resourceVersion }))?.message);
    assert.deepEqual(messages(), ['1', '2']);
    script = 'return {status = "Healthy", message = "new"}';
    assert.deepEqual(messages(), ['new', 'new']);
  });
});
